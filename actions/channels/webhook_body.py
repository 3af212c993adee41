"""What a webhook says."""

import json

from actions.models import Delivery


def body_of(delivery: Delivery) -> str:
    """Return the JSON body of a delivery; the same at every attempt, since it is made of what was frozen."""
    parts, context = delivery.content.parts, delivery.context
    told = {name: context.get(name, {}) for name in parts.get("include", [])}
    run = {"workflow": delivery.workflow_id, "run": delivery.run_id, "step": delivery.step_id}
    body = {"type": parts["type"], "timestamp": delivery.planned_at.isoformat(), "data": {**told, **run}}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
