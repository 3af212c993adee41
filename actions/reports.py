"""Keep what providers tell of messages that they took; the delivery itself has ended and stays as it ended."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from actions.channels.results import storable
from actions.models import Delivery, DeliveryReport
from crm import clock
from crm.models import Site
from crm.tracked import lock_profiles

#: what tells that a person read a message
READING = frozenset({DeliveryReport.State.READ, DeliveryReport.State.CLICKED})


@dataclass(frozen=True, slots=True)
class Report:
    """A state that a provider told."""

    delivery: Delivery
    state: str
    code: str = ""
    detail: str = ""
    at: datetime | None = None


def delivery_named(uid: str, *, channel: str) -> Delivery | None:
    """Return the delivery of a channel by the uid that we gave the provider; None for what is none."""
    return deliveries_named([uid], channel=channel).get(uid)


def deliveries_named(names: Iterable[str], *, channel: str) -> dict[str, Delivery]:
    """Return the deliveries of a channel by the uids that we gave the provider; one query."""
    uids: dict[uuid.UUID, set[str]] = defaultdict(set)
    for name in names:
        with suppress(ValueError):
            uids[uuid.UUID(name)].add(name)
    rows = Delivery.objects.select_related("profile").filter(uid__in=list(uids), channel=channel)
    return {name: row for row in (rows if uids else ()) for name in uids[row.uid]}


def note_reports(reports: Sequence[Report]) -> None:
    """Store reports; one that is known already changes nothing.

    Of who was erased none is kept, and that a message was read is kept only of those who may be followed.
    """
    now = clock.now()
    is_followed = Site.current().tracks_messages
    with transaction.atomic():
        erased = lock_profiles(report.delivery.profile_id for report in reports)
        DeliveryReport.objects.bulk_create(
            [
                DeliveryReport(
                    delivery=report.delivery,
                    state=report.state,
                    code=storable(report.code, 40),
                    detail=storable(report.detail, 300),
                    occurred_at=min(report.at or now, now),
                    recorded_at=now,
                )
                for report in reports
                if report.delivery.profile_id not in erased
                and (report.state not in READING or (is_followed and not report.delivery.profile.refuses_tracking))
            ],
            ignore_conflicts=True,
        )


def instant(seconds: object) -> datetime | None:
    """Return the time that a provider wrote as seconds since 1970; None for what is none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
