"""Events of pots: one for each movement."""

from collections.abc import Iterator

from crm.models import Movement
from crm.signals import Change
from triggers.models import Event, Kind
from triggers.services import build


def movement_events(changes: list[Change]) -> Iterator[Event]:
    """Say which points moved; the hot path of points given in bulk, so nothing is looked up here."""
    for change in changes:
        row: Movement = change.row
        if not change.created:
            continue
        points = row.points
        source = str(row.source)
        seen = {
            "pot": {
                "points": points,
                "balance_before": row.balance_before,
                "balance": row.balance_after,
                "source": source,
                "reason": row.reason,
            },
            "spread": {"pot_amount_update": points},
        }
        yield build(
            Kind.MOVEMENT_MADE,
            row.profile_id,
            change.cause,
            change.occurred_at,
            change.recorded_at,
            name=source,
            snapshot=seen,
        )
