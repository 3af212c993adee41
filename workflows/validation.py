"""Check what is written: on edit, import and activation; never a stored version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.base import Problem, action_types
from actions.integrations import locked_actions
from crm.conditions.base import condition_types
from crm.errors import Invalid
from crm.forms import ConfigForm
from crm.registry import Registry, upgraded
from triggers.base import trigger_types
from workflows.control.base import control_types
from workflows.control.forms import DelayForm
from workflows.drafts import ends_list
from workflows.exits import exits_of, lists_in
from workflows.forms import SettingsForm, flat_settings
from workflows.integrations import OFF, locked_words
from workflows.shape import shape_problems

Row = dict[str, Any]


def check_document(document: Mapping[str, Any]) -> list[Problem]:
    """List what stands in the way of activating a document, each with the step it stands at."""
    return Reading(document).problems


def clean_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as the forms clean it; raises Invalid with the first thing that no form accepts.

    What is only incomplete (no trigger yet, no action) passes.
    """
    reading = Reading(document)
    for problem in reading.problems:
        if problem.code in ("shape", "form"):
            raise Invalid(problem.message, field=f"steps.{problem.step_id}" if problem.step_id else "")
    return reading.cleaned


def context_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a type's form may know of the workflow being edited: the topics and options of its triggers."""
    rows = [row for row in document.get("triggers", []) if row["kind"] in trigger_types]
    topics = frozenset[str]().union(*(trigger_types[row["kind"]].topics for row in rows))
    return {"topics": topics, "triggers": rows}


def is_offered(cls: Any, topics: Iterable[str]) -> bool:
    """Tell whether a type is offered with triggers that have these topics."""
    present = frozenset(topics)
    wanted: frozenset[str] = getattr(cls, "topics", frozenset())
    barred: frozenset[str] = getattr(cls, "not_with", frozenset())
    return (not wanted or bool(wanted & present)) and not barred & present


class Reading:
    """One reading of a document: `problems`, and `cleaned` where its shape allows it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = list(shape_problems(document))
        self.cleaned: dict[str, Any] = {}
        if not self.problems:
            self.context = context_of(document)
            self.locked = locked_actions()
            self.cleaned = {
                **self._settings(document),
                "triggers": self._triggers(document.get("triggers", [])),
                "steps": self._steps(document.get("steps", [])),
            }
            self._count_actions()

    def _wrong(self, message: str, step_id: str = "", code: str = "form") -> None:
        self.problems.append(Problem(message, step_id=step_id, code=code))

    def _settings(self, document: Mapping[str, Any]) -> Row:
        form = SettingsForm.check_config(flat_settings(document))
        assert isinstance(form, SettingsForm)
        for message in form_errors(form):
            self._wrong(message)
        name = document["name"].strip()
        return {"name": name, "settings": form.settings() if form.is_valid() else dict(document.get("settings", {}))}

    def _triggers(self, rows: list[Row]) -> list[Row]:
        most = settings.WORKFLOW_MAX_TRIGGERS
        if not rows:
            self._wrong(_("Choose what starts the workflow."), code="trigger_count")
        if len(rows) > most:
            message = ngettext(
                "A workflow has at most %(count)d trigger.", "A workflow has at most %(count)d triggers.", most
            )
            self._wrong(message % {"count": most}, code="trigger_count")
        return [self._configured(row, trigger_types, "options") for row in rows]

    def _steps(self, rows: list[Row]) -> list[Row]:
        cleaned: list[Row] = []
        for index, row in enumerate(rows):
            if ends_list(row) and index < len(rows) - 1:
                self._wrong(_("Nothing can follow this step, but steps stand behind it."), row["id"], "not_last")
            cleaned.append(self._step(row))
        return cleaned

    def _step(self, row: Row) -> Row:
        if row["type"] == "condition":
            if not row["conditions"]:
                self._wrong(_("Add at least one condition."), row["id"], "no_condition")
            return {
                "id": row["id"],
                "type": "condition",
                "mode": row.get("mode", "all"),
                "conditions": [
                    {
                        **self._configured(item, condition_types, "config", row["id"]),
                        "negated": bool(item.get("negated")),
                    }
                    for item in row["conditions"]
                ],
                **self._behind(row, row),
            }
        registry: Registry[Any] = control_types if row["type"] == "control" else action_types
        step = {"id": row["id"], "type": row["type"], **self._configured(row, registry, "config", row["id"])}
        if row["type"] == "action":
            step["delay"] = self._delay(row)
        return {**step, **self._behind(step, row)}

    def _delay(self, row: Row) -> Row | None:
        """Clean the delay before an action."""
        form = DelayForm.check_config({"delay": row.get("delay")})
        if form.is_valid():
            delay: Row | None = form.config()["delay"]
            return delay
        for message in form_errors(form):
            self._wrong(message, row["id"])
        return None

    def _behind(self, step: Row, row: Row) -> Row:
        """Clean the steps behind each exit that the cleaned step has."""
        return {key: self._steps(row.get(key, [])) for key in exits_of(step)}

    def _configured(self, row: Row, registry: Registry[Any], key: str, step_id: str = "") -> Row:
        """Clean the config of one row by the form of its type."""
        cls = registry.get(row["kind"])
        if cls is None:
            self._wrong(_("Unknown kind: %(kind)s.") % {"kind": row["kind"][:60]}, step_id)
            return {"kind": row["kind"], "schema": row.get("schema", 1), key: dict(row.get(key, {}))}
        made = {"kind": row["kind"], "schema": cls.schema, key: upgraded(cls, row, key)}
        if registry is not trigger_types and not is_offered(cls, self.context["topics"]):
            self._wrong(
                _("“%(type)s” is not possible with these triggers.") % {"type": cls.label}, step_id, "not_offered"
            )
        if registry is action_types and cls.kind in self.locked:
            self._wrong(locked_words(cls, self.locked[cls.kind]), step_id, OFF)
        form = cls.form_class.check_config(made[key], context=self.context)
        if form.is_valid():
            return {**made, key: form.config()}
        for message in form_errors(form):
            self._wrong(f"{cls.label}: {message}", step_id)
        return made

    def _count_actions(self) -> None:
        most, fullest = settings.WORKFLOW_MAX_ACTIONS, most_actions(self.cleaned["steps"])
        if fullest == 0:
            self._wrong(_("Add at least one action."), code="action_count")
        if fullest > most:
            message = ngettext(
                "A path has at most %(most)d action; one here has %(count)d.",
                "A path has at most %(most)d actions; one here has %(count)d.",
                most,
            )
            self._wrong(message % {"most": most, "count": fullest}, code="action_count")


def most_actions(rows: list[Row]) -> int:
    """Return how many actions stand on the path that has most of them."""
    here = sum(row["type"] == "action" for row in rows)
    return here + max((most_actions(behind) for row in rows for behind in lists_in(row).values()), default=0)


def form_errors(form: ConfigForm) -> Iterator[str]:
    """Say each error of a form, with the label of its field before it."""
    for name, messages in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        for message in messages:
            yield f"{label}: {message}" if label else str(message)
