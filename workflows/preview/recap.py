"""A workflow in plain words, part by part, in the current language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.base import Action, action_types
from actions.send_window import SKIP
from crm.conditions.base import condition_types
from crm.date_form import say_weekdays
from crm.models import Product
from crm.registry import upgraded
from triggers.base import Trigger, trigger_types
from workflows.control.base import Control, control_types
from workflows.exits import exits_of
from workflows.words import join, say_duration

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step as it is shown: what kind of thing, in words, with its own delay."""

    icon: str
    label: str
    words: str
    delay: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the recap with its number (2, 2.Yes.1 …) and depth; `action` is set where it sends a message."""

    id: str
    number: str
    depth: int
    said: StepWords
    exit: str = ""
    action: Action | None = None


def outline(document: Row) -> list[Line]:
    """Return all steps as numbered lines; an exit is named before the first step behind it, an empty one too."""
    lines: list[Line] = []

    def add(rows: list[Row], prefix: str, depth: int) -> None:
        for at, row in enumerate(rows, 1):
            number = f"{prefix}{at}"
            action = action_of(row) if row["type"] == "action" else None
            sender = action if action is not None and action.message() is not None else None
            lines.append(Line(row["id"], number, depth, describe_step(row), action=sender))
            for key, name in exits_of(row).items():
                inner = row.get(key, [])
                words = StepWords("subdirectory_arrow_right", name, "" if inner else _("nothing: the run ends"))
                lines.append(Line("", "", depth + 1, words, exit=key))
                add(inner, f"{number}.{name if len(name) < 9 else key.upper()}.", depth + 2)

    add(document.get("steps", []), "", 0)
    return lines


def trigger_of(row: Row) -> Trigger | None:
    """Return the trigger that a row of a document stands for; None where its kind is unknown."""
    cls = trigger_types.get(row["kind"])
    return cls(upgraded(cls, row, "options")) if cls else None


def action_of(row: Row) -> Action | None:
    """Return the action that a step stands for; None where its kind is unknown."""
    cls = action_types.get(row["kind"])
    return cls(upgraded(cls, row, "config")) if cls else None


def describe_trigger(row: Row) -> str:
    """Say a trigger."""
    trigger = trigger_of(row)
    return trigger.describe() if trigger else _unknown(row)


def describe_step(row: Row) -> StepWords:
    """Say a step."""
    if row["type"] == "condition":
        return StepWords("alt_route", _("Condition"), capfirst(describe_conditions(row)))
    if row["type"] == "control":
        control = control_types.get(row["kind"])
        words = control(row["config"]).describe() if control else _unknown(row)
        return StepWords(control_icon(control), str(control.label) if control else "", words)
    action = action_of(row)
    delay = _("after %(duration)s") % {"duration": say_duration(row["delay"])} if row.get("delay") else ""
    if action is None:
        return StepWords("help", _unknown(row), _unknown(row), delay)
    icon = "mail" if type(action).message is not Action.message else "bolt"
    return StepWords(icon, str(action.label), action.describe(), delay)


def control_icon(control: type[Control] | None) -> str:
    """Return the icon of a control block."""
    return control.icon if control else "help"


def describe_conditions(row: Row) -> str:
    """Say the conditions of a block, joined as they count."""
    said = [describe_condition(item) for item in row["conditions"]]
    if not said:
        return _("no condition yet")
    return join(said, _("or") if row.get("mode") == "any" else _("and"))


def describe_condition(item: Row) -> str:
    """Say one condition."""
    cls = condition_types.get(item["kind"])
    if cls is None:
        return _unknown(item)
    words = cls(upgraded(cls, item, "config")).describe()
    return _("not: %(condition)s") % {"condition": words} if item.get("negated") else words


def say_seen(item: Row, fact: Any) -> str:
    """Say the fact that a condition saw, as the journal keeps it; empty where the answer says it already."""
    cls = condition_types.get(item["kind"])
    return cls(upgraded(cls, item, "config")).say_fact(fact) if cls else str(fact)


def describe_settings(document: Row) -> list[tuple[str, str]]:
    """Say the settings (W4 to W9), each with its label."""
    settings = document.get("settings", {})
    owned = _("yes, as soon as all of them are owned") if len(settings.get("scope", [])) > 1 else _("yes")
    return [
        (_("Product scope"), describe_scope(settings.get("scope", []))),
        (_("Delay before the first step"), say_duration(settings.get("start_delay"))),
        (_("Executions per customer"), describe_limit(settings.get("limit") or {})),
        (_("Stop if the customer owns the product"), owned if settings.get("stop_if_owned") else _("no")),
        (
            _("When an action fails"),
            _("stop the run") if settings.get("stop_on_failure", True) else _("go on with the next step"),
        ),
        (_("Send marketing messages"), describe_window(settings.get("window"))),
    ]


def describe_scope(uids: list[str]) -> str:
    """Say the product scope, naming the first products."""
    if not uids:
        return _("whole catalogue")
    names = list(Product.objects.filter(uid__in=uids).order_by("name").values_list("name", flat=True)[:5])
    more = len(uids) - len(names)
    if more > 0:
        names.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return join(names)


def describe_limit(limit: Row) -> str:
    """Say how often a workflow may start for one customer."""
    mode, count = limit.get("mode", "unlimited"), limit.get("count") or 1
    times = ngettext("%(count)d time", "%(count)d times", count) % {"count": count}
    said = _("unlimited")
    if mode == "total":
        said = _("%(times)s in all") % {"times": times}
    elif mode == "period":
        period = say_duration({"count": limit.get("every", 1), "unit": limit["unit"]})
        said = _("%(times)s per %(period)s") % {"times": times, "period": period}
    return _("%(limit)s, one run at a time") % {"limit": said} if limit.get("alone") else said


def describe_window(window: Row | None) -> str:
    """Say on which days and in which hours messages may leave (W9)."""
    if not window:
        return _("at any time")
    days = _("every day") if len(window["days"]) == 7 else join(say_weekdays(window["days"]))
    end = _("midnight") if window["to"] == "00:00" else window["to"]
    said = _("%(days)s from %(from)s to %(to)s, the customer's time") % {**window, "days": days, "to": end}
    outside = _("skipped otherwise") if window["outside"] == SKIP else _("otherwise they wait")
    return f"{said}; {outside}"


def _unknown(row: Row) -> str:
    return _("Unknown kind: %(kind)s.") % {"kind": row["kind"]}
