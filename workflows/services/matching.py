"""Which live workflows a call of the API reaches."""

import time

from crm.conditions.base import EventView
from triggers.models import Kind
from workflows.engine.live import LiveWorkflow, live_workflows

#: seconds that a process keeps what it read; the answer to a call is a count for developers, dispatch decides anew
KEPT_FOR = 2.0
_kept: dict[str, tuple[float, int]] = {}


def listening(identifier: str) -> list[LiveWorkflow]:
    """Return the live workflows with a trigger that a call with this identifier matches."""
    kind = Kind.CART_PUSHED if identifier == "abandoned_cart" else Kind.API_CALLED
    event = EventView(kind=kind, profile_id=0, name="" if kind == Kind.CART_PUSHED else identifier)
    return [
        workflow
        for workflow in live_workflows()
        if any(
            kind in each.reads and each.matches(event, workflow_id=workflow.id) for each in workflow.version.triggers
        )
    ]


def count_matching(identifier: str) -> int:
    """Return how many active workflows a call with this identifier reaches; at most 2 seconds old."""
    read_at, count = _kept.get(identifier, (0.0, 0))
    if time.monotonic() - read_at > KEPT_FOR:
        count = sum(not workflow.is_paused for workflow in listening(identifier))
        if len(_kept) > 1000:
            _kept.clear()
        _kept[identifier] = (time.monotonic(), count)
    return count


def forget_counts() -> None:
    """Forget what was counted, as a new database demands (tests)."""
    _kept.clear()
