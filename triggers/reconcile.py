"""What must hold of the ledger."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet

from crm import clock
from crm.models import Movement, Order
from crm.reconciliation import promise
from crm.retention import horizon_of
from triggers.models import Event, Kind

#: how long an event may wait before it counts as overdue
PATIENCE = timedelta(seconds=60)


@promise
def no_event_is_overdue() -> Iterator[str]:
    """Every event is handled soon after it was recorded."""
    for event in Event.objects.unhandled().filter(recorded_at__lt=clock.now() - PATIENCE)[:50]:
        yield f"event {event.pk} ({event.kind}) of {event.recorded_at:%Y-%m-%d %H:%M:%S} is not handled"


@promise
def no_event_is_parked() -> Iterator[str]:
    """No event was set aside because of an error."""
    for event in Event.objects.exclude(error="")[:50]:
        yield f"event {event.pk} ({event.kind}) is parked: {event.error}"


@promise
def every_movement_has_its_event() -> Iterator[str]:
    """There are as many events of a movement as movements, for each profile, as far back as events are kept."""
    since = horizon_of("events")
    made = _per_profile(Movement.objects.filter(recorded_at__gte=since))
    told = _per_profile(Event.objects.filter(kind=Kind.MOVEMENT_MADE, recorded_at__gte=since))
    for profile in sorted(made.keys() | told.keys()):
        if made.get(profile, 0) != told.get(profile, 0):
            yield f"profile {profile}: {made.get(profile, 0)} movements, {told.get(profile, 0)} events of movements"


@promise
def every_order_has_its_event() -> Iterator[str]:
    """Each order has one event of its creation, as far back as events are kept."""
    since = horizon_of("events")
    told = dict(
        Event.objects.filter(kind=Kind.ORDER_CREATED).values_list("key").annotate(n=Count("id")).values_list("key", "n")
    )
    for reference in Order.objects.filter(created_at__gte=since).values_list("reference", flat=True).iterator():
        if told.get(reference) != 1:
            yield f"order {reference}: {told.get(reference, 0)} events of its creation"


def _per_profile(rows: "QuerySet[Any]") -> dict[int, int]:
    return dict(rows.values_list("profile_id").annotate(n=Count("id")).values_list("profile_id", "n"))
