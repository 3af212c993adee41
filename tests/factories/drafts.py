"""Drafts with ids one can name, and the workflows that hold them."""

from typing import Any

from crm.models import User
from workflows.freezing import freeze
from workflows.models import Workflow
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate

Row = dict[str, Any]


def trigger(kind: str = "sale_succeeded", **options: Any) -> Row:
    return {"kind": kind, "schema": 1, "options": options}


def wait(step_id: str = "w", count: int = 2, unit: str = "days") -> Row:
    duration = {"count": count, "unit": unit}
    return {"id": step_id, "type": "control", "kind": "wait", "schema": 1, "config": {"duration": duration}}


def end(step_id: str = "e") -> Row:
    return {"id": step_id, "type": "control", "kind": "end", "schema": 1, "config": {}}


def action(step_id: str, kind: str, *, delay: Row | None = None, **config: Any) -> Row:
    return {"id": step_id, "type": "action", "kind": kind, "schema": 1, "config": config, "delay": delay}


def points(step_id: str = "p", count: int = 50) -> Row:
    return action(step_id, "give_points", points=count, reason="")


def tag(step_id: str = "t", name: str = "vip") -> Row:
    return action(step_id, "add_tag", tag=name)


def mail(step_id: str = "m", **config: Any) -> Row:
    own = {"source": "own", "subject": "Hello {{ profile.first_name }}", "html": "<p>Hi</p>", "text": ""}
    where = {"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"]}
    return action(step_id, "send_email", **{**where, **own, **config})


def block(step_id: str = "c", *conditions: Row, yes: list[Row] | None = None, no: list[Row] | None = None) -> Row:
    asked = list(conditions) or [condition("order_count", operator="eq", value=1)]
    return {
        "id": step_id,
        "type": "condition",
        "mode": "all",
        "conditions": asked,
        "yes": yes or [],
        "no": no or [],
    }


def condition(kind: str, *, negated: bool = False, **config: Any) -> Row:
    return {"kind": kind, "schema": 1, "config": config, "negated": negated}


def document(*steps: Row, triggers: list[Row] | None = None, name: str = "Welcome", **settings: Any) -> Row:
    return {
        "name": name,
        "triggers": [trigger()] if triggers is None else triggers,
        "settings": settings,
        "steps": list(steps),
    }


def draft_workflow(*steps: Row, user: User | None = None, **parts: Any) -> Workflow:
    made = document(*steps, **parts)
    return create_workflow(name=made["name"], document=made, user=user)


def live_workflow(*steps: Row, **parts: Any) -> Workflow:
    """Activate a workflow through the service, as it stands."""
    workflow = draft_workflow(*steps, **parts)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    return workflow
