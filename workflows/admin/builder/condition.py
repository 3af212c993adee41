"""Panel: a block of conditions, all of them in one form."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from crm.admin.typed import TypedForm, hide_errors, typed_form
from crm.conditions.base import condition_types
from workflows.admin.builder.step import StepPage
from workflows.drafts import new_id
from workflows.exits import yes_and_no
from workflows.preview.recap import describe_step
from workflows.shape import MAX_CONDITIONS
from workflows.validation import context_of, is_offered

Row = dict[str, Any]


class ConditionPage(StepPage):
    """Add a condition block, or edit one: all or any, each negated or not, each with the form of its kind."""

    panel = "workflows/builder/panel_condition.html"

    def get(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Show the block."""
        stored = self.stored(step_id)
        items = (stored or {}).get("conditions") or [None]
        rows = [self._row(f"c{at}", None, item) for at, item in enumerate(items)]
        return self._draw(step_id, rows, mode=(stored or {}).get("mode", "all"))

    def post(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Save, or draw the form again with a condition more, less or of another kind."""
        data = request.POST
        names = [name for name in data.getlist("row") if name[:1] == "c" and name[1:].isdecimal() and len(name) < 5]
        rows = [self._row(name, data, None) for name in names if name != data.get("remove")]
        if "save" not in data:
            if "add" in data and len(rows) < MAX_CONDITIONS:
                free = max([int(name[1:]) for name in names], default=-1) + 1
                rows.append(self._row(f"c{free}", None, None))
            for row in rows:
                hide_errors(row["typed"].form)
        elif not [row for row in rows if not row["typed"].is_valid()] and rows:
            step = self._block(step_id, rows)
            if self.save_or_keep(lambda draft: self.put(draft, step_id, step), describe_step(step).words):
                return self.go_to("change")
        return self._draw(step_id, rows, mode=data.get("mode", "all"), is_empty="save" in data and not rows)

    def _row(self, name: str, data: QueryDict | None, stored: Row | None) -> dict[str, Any]:
        context = context_of(self.document)
        typed = typed_form(
            condition_types,
            [cls for cls in condition_types if is_offered(cls, context["topics"])],
            data=data,
            stored=stored,
            key="config",
            context=context,
            prefix=name,
        )
        negated = f"{name}-negated" in data if data is not None else bool(stored and stored.get("negated"))
        return {"name": name, "typed": typed, "negated": negated}

    def _block(self, step_id: str, rows: list[dict[str, Any]]) -> Row:
        def condition(typed: TypedForm, negated: bool) -> Row:
            return {**typed.row("config"), "negated": negated}

        return {
            "id": step_id or new_id(),
            "type": "condition",
            "mode": "any" if self.request.POST.get("mode") == "any" else "all",
            "conditions": [condition(row["typed"], row["negated"]) for row in rows],
        }

    def _draw(self, step_id: str, rows: list[dict[str, Any]], *, mode: str, is_empty: bool = False) -> HttpResponse:
        return self.builder(
            open_id=step_id,
            rows=rows,
            mode=mode,
            is_empty=is_empty,
            can_add=len(rows) < MAX_CONDITIONS,
            rest_exits=self.rest_exits(step_id, yes_and_no()),
            rest=self.request.POST.get("rest", ""),
            panel_title=_("Condition"),
        )
