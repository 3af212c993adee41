"""Events as plain values for conditions, triggers and actions."""

from collections.abc import Iterable

from crm.conditions.base import EventView
from triggers.models import Event

_COLUMNS = (
    "kind",
    "profile_id",
    "name",
    "key",
    "origin",
    "workflow_id",
    "snapshot",
    "occurred_at",
    "recorded_at",
    "id",
    "depth",
)


def event_view(event: Event) -> EventView:
    """Return an event as conditions and texts see it."""
    return EventView(*(getattr(event, name) for name in _COLUMNS))


def read_events(ids: Iterable[int]) -> list[EventView]:
    """Read events in id order."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = Event.objects.filter(pk__any_of=wanted).order_by("id").values_list(*_COLUMNS)
    return [EventView(*row) for row in rows]
