"""Events as plain values for conditions, triggers and actions."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

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
    return list(views_of(Event.objects.filter(pk__any_of=wanted).order_by("id")))


def views_of(events: "QuerySet[Event]") -> Iterator[EventView]:
    """Read events one after the other, in the order of the queryset."""
    for row in events.values_list(*_COLUMNS).iterator(chunk_size=1000):
        yield EventView(*row)
