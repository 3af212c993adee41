"""Steps of runs that are about to be done."""

from itertools import count
from typing import Any

from actions.base import StepContext
from crm import clock
from crm.cause import Cause, Origin
from crm.conditions.base import EventView
from crm.models import Profile

_numbers = count(900_000)


def a_step(profile: Profile, *, snapshot: dict[str, Any] | None = None, workflow_id: int = 7) -> StepContext:
    """Return the context of a step; no row of a workflow is needed to plan and apply effects."""
    run_id = next(_numbers)
    event = EventView("order_created", profile.pk, snapshot=snapshot or {}, depth=1)
    cause = Cause(Origin.WORKFLOW, workflow_id=workflow_id, run_id=run_id, step_id="step", depth=2)
    return StepContext(run_id, workflow_id, "step", profile.pk, event, dict(snapshot or {}), cause, clock.now())
