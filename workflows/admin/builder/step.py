"""Panel: an action or a control block, to be added or edited."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from actions.base import Action, action_types
from actions.integrations import locked_actions
from crm.admin.typed import TypedForm, hide_errors, typed_form
from crm.registry import Registry
from workflows.admin.builder.page import BuilderPage
from workflows.admin.builder.texts import text_help
from workflows.control.base import control_types
from workflows.control.forms import DelayForm
from workflows.drafts import Document, Place, find, insert_step, lists_of, new_id, open_place, replace_step
from workflows.preview.recap import describe_step
from workflows.validation import context_of, is_offered

Row = dict[str, Any]


class StepPage(BuilderPage):
    """Add a step at a place, or edit one."""

    panel = "workflows/builder/panel_step.html"
    needs = "change"

    def get(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Show the form of the kind."""
        return self._show(step_id, *self._forms(step_id))

    def post(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Save, or draw the form again for another kind."""
        typed, delay = self._forms(step_id)
        if "save" not in request.POST:
            hide_errors(typed.form)
        elif typed.is_valid() and delay.is_valid():
            step = self._step(step_id, typed, delay)
            if self.save_or_keep(lambda draft: self.put(draft, step_id, step), describe_step(step).words):
                return self.go_to("step", step["id"]) if "stay" in request.POST else self.go_to("change")
        return self._show(step_id, typed, delay)

    def step_type(self, stored: Row | None) -> str:
        """Return whether an action or a control block is in hand."""
        if stored is not None:
            return str(stored["type"])
        is_control = self.request.POST.get("config-kind") in control_types
        return "control" if is_control or self.request.GET.get("type") == "control" else "action"

    def stored(self, step_id: str) -> Row | None:
        """Return the step as it is in the draft; None for a new one, or one removed while its form was being filled."""
        found = find(self.document, step_id) if step_id else None
        if found is None and step_id and self.request.method != "POST":
            raise Http404
        return found[1] if found else None

    def _forms(self, step_id: str) -> tuple[TypedForm, DelayForm]:
        stored = self.stored(step_id)
        context = context_of(self.document)
        registry: Registry[Any] = control_types if self.step_type(stored) == "control" else action_types
        locked = locked_actions() if registry is action_types else {}
        data = self.request.POST if self.request.method == "POST" else None
        typed = typed_form(
            registry,
            [cls for cls in registry if is_offered(cls, context["topics"]) and cls.kind not in locked],
            data=data,
            stored=stored,
            key="config",
            context=context,
            chosen=self.request.GET.get("kind", ""),
        )
        return typed, DelayForm(data, initial={"delay": stored.get("delay")} if stored else None, prefix="")

    def _step(self, step_id: str, typed: TypedForm, delay: DelayForm) -> Row:
        kind = self.step_type(self.stored(step_id))
        step = {"id": step_id or new_id(), "type": kind, **typed.row("config")}
        return {**step, "delay": delay.cleaned_data["delay"]} if kind == "action" else step

    def put(self, draft: Document, step_id: str, step: Row) -> Document:
        """Put the step into a draft: in its place, or where a new one was asked for."""
        if step_id and find(draft, step_id):
            return replace_step(draft, step)
        return insert_step(draft, self.place_in(draft), step, rest_to=self.request.POST.get("rest", ""))

    def rest_exits(self, step_id: str, exits: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the exits among which the steps behind the place of a new block are to go; none where none follow."""
        place = None if step_id else self.place_in(self.document)
        behind = [rows[place.index :] for name, rows in lists_of(self.document) if place and name == place.branch]
        return list(exits.items()) if any(behind) else []

    def place_in(self, draft: Document) -> Place:
        """Return where a new step goes: the place asked for, else the first end of a path."""
        asked = self.request.GET.get("at", "")
        return Place.read(asked) if asked else open_place(draft)

    def _show(self, step_id: str, typed: TypedForm, delay: DelayForm) -> HttpResponse:
        is_action = self.step_type(self.stored(step_id)) == "action"
        return self.builder(
            open_id=step_id,
            typed=typed,
            delay=delay["delay"] if is_action else None,
            has_choice=len(typed.kinds) > 1 and is_action,
            texts=text_help(self.document, typed) if is_action else None,
            rest_exits=self.rest_exits(step_id, {} if is_action else typed.cls({}).exits()),
            rest=self.request.POST.get("rest", ""),
            sends=is_action and typed.cls.message is not Action.message,
            panel_title=_("Action") if is_action else str(typed.cls.label),
        )
