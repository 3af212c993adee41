"""Workflows for tests: documents in few words, activated as the preview does."""

from itertools import count
from typing import Any

from workflows.freezing import freeze
from workflows.models import Workflow
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate

_ids = count(1)

Row = dict[str, Any]


def action(kind: str, *, delay: Row | None = None, **config: Any) -> Row:
    """Return an action step."""
    return {"id": f"a{next(_ids)}", "type": "action", "kind": kind, "config": config, "delay": delay}


def check(*conditions: Row, yes: list[Row] | None = None, no: list[Row] | None = None, mode: str = "all") -> Row:
    """Return a condition block."""
    return {
        "id": f"c{next(_ids)}",
        "type": "condition",
        "mode": mode,
        "conditions": list(conditions),
        "yes": yes or [],
        "no": no or [],
    }


def condition(kind: str, *, negated: bool = False, **config: Any) -> Row:
    """Return one condition of a block."""
    return {"kind": kind, "config": config, "negated": negated}


def wait(number: int, unit: str = "hours") -> Row:
    """Return a wait."""
    return {
        "id": f"w{next(_ids)}",
        "type": "control",
        "kind": "wait",
        "config": {"duration": {"count": number, "unit": unit}},
    }


def wait_for(
    event: str = "ordered", *, hours: int = 24, yes: list[Row] | None = None, no: list[Row] | None = None, **config: Any
) -> Row:
    """Return a wait for an event."""
    return {
        "id": f"l{next(_ids)}",
        "type": "control",
        "kind": "wait_for_event",
        "config": {"event": event, "at_most": {"count": hours, "unit": "hours"}, **config},
        "yes": yes or [],
        "no": no or [],
    }


def split(*branches: list[Row], weights: tuple[int, ...] = (), step_id: str = "") -> Row:
    """Return a split with these branches, of equal weight unless told otherwise, named A, B …"""
    keys = "abcde"[: len(branches)]
    shares = weights or (1,) * len(branches)
    config = {key: {"weight": weight, "name": key.upper()} for key, weight in zip(keys, shares, strict=True)}
    behind = dict(zip(keys, branches, strict=True))
    return {"id": step_id or f"s{next(_ids)}", "type": "control", "kind": "split", "config": config, **behind}


def end() -> Row:
    """Return an end."""
    return {"id": f"e{next(_ids)}", "type": "control", "kind": "end", "config": {}}


def trigger(kind: str, **options: Any) -> Row:
    """Return a trigger."""
    return {"kind": kind, "options": options}


def called(identifier: str = "go", **options: Any) -> Row:
    """Return the trigger that a call of the API fires."""
    return trigger("api_call", identifier=identifier, **options)


def document(*steps: Row, triggers: list[Row] | None = None, name: str = "Test", **settings: Any) -> Row:
    """Return a whole document."""
    return {"name": name, "triggers": triggers or [called()], "settings": settings, "steps": list(steps)}


def draft_of_steps(*steps: Row, triggers: list[Row] | None = None, name: str = "Test", **settings: Any) -> Workflow:
    """Return a workflow with these steps that is not active."""
    return create_workflow(name=name, document=document(*steps, triggers=triggers, name=name, **settings))


def live(*steps: Row, triggers: list[Row] | None = None, name: str = "Test", **settings: Any) -> Workflow:
    """Return an active workflow with these steps."""
    made = document(*steps, triggers=triggers, name=name, **settings)
    workflow = create_workflow(name=name, document=made)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    return workflow
