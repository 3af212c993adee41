"""Rows as plain values for conditions, triggers and actions."""

from crm.conditions.base import EventView
from triggers.models import Event


def event_view(event: Event) -> EventView:
    """Return an event as conditions and texts see it."""
    return EventView(
        kind=event.kind,
        profile_id=event.profile_id,
        name=event.name,
        key=event.key,
        origin=event.origin,
        workflow_id=event.workflow_id,
        snapshot=event.snapshot,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        id=event.pk,
        depth=event.depth,
    )
