"""Short ways to write the JSON of a workflow's document (workflows/definition.py)."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.models import Template

Row = dict[str, Any]


def document(name: str, triggers: Iterable[Row], steps: Iterable[Row], **settings: Any) -> Row:
    """Return a whole document; settings that are not named are as in a new workflow."""
    defaults = {"scope": [], "stop_on_failure": True, "stop_if_owned": False, "limit": {"mode": "unlimited"}}
    return {
        "name": name,
        "triggers": list(triggers),
        "settings": {**defaults, "start_delay": None, **settings},
        "steps": list(steps),
    }


def trigger(kind: str, **options: Any) -> Row:
    """Return a trigger."""
    return {"kind": kind, "options": options}


def act(step_id: str, kind: str, **config: Any) -> Row:
    """Return an action."""
    return {"id": step_id, "type": "action", "kind": kind, "config": config}


def mail(step_id: str, template: Template, *, ground: str = "NewsEmail") -> Row:
    """Return the sending of a template; marketing or service as the template is."""
    config = {"to": "profile", "purpose": template.kind, "consents": [ground], "source": "template"}
    return act(step_id, "send_email", **config, template=str(template.uid))


def wait(step_id: str, count: int, unit: str) -> Row:
    """Return a wait."""
    return {"id": step_id, "type": "control", "kind": "wait", "config": {"duration": {"count": count, "unit": unit}}}


def end(step_id: str) -> Row:
    """Return an end."""
    return {"id": step_id, "type": "control", "kind": "end", "config": {}}


def ask(step_id: str, conditions: Iterable[Row], *, yes: Iterable[Row] = (), no: Iterable[Row] = ()) -> Row:
    """Return a block of conditions, all of which must hold."""
    return {
        "id": step_id,
        "type": "condition",
        "mode": "all",
        "conditions": list(conditions),
        "yes": list(yes),
        "no": list(no),
    }


def fact(kind: str, *, negated: bool = False, **config: Any) -> Row:
    """Return one condition."""
    return {"kind": kind, "config": config, "negated": negated}


def has_ordered(count: int | None = None, unit: str = "days", *, negated: bool = False) -> Row:
    """Ask whether an order was placed within so long; without a number, ever."""
    return fact(
        "has_ordered", negated=negated, within_count=count, within_unit=unit if count else "", operator="", value=None
    )


def at_most(count: int, *, every: int = 0, unit: str = "days", alone: bool = False) -> Mapping[str, Any]:
    """Return a limit of executions per customer: in all, or in a period."""
    if not every:
        return {"mode": "total", "count": count, "alone": alone}
    return {"mode": "period", "count": count, "every": every, "unit": unit, "alone": alone}
