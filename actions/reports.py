"""Keep what providers tell of messages that they took; the delivery itself has ended and stays as it ended."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from actions.channels.results import storable
from actions.models import Delivery, DeliveryReport
from crm import clock, db
from crm.models import Profile, Site
from crm.tracked import lock_profiles

#: what tells that a person read a message
READING = frozenset({DeliveryReport.State.READ, DeliveryReport.State.CLICKED})

#: reports that are looked up and written at once: providers gather thousands of them into one call
PIECE = 500
#: delivery, state, code, detail: what makes a report the same
Key = tuple[int, str, str, str]


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


def note_reports(reports: Iterable[Report]) -> list[Report]:
    """Store reports, and return those that are new; one that is known already, or older than that, changes nothing.

    Of who was erased none is kept, and that a message was read is kept only of those who may be followed. Any number is
    taken, one transaction for each piece.
    """
    return [new for piece in db.batches(reports, PIECE) for new in _note_piece(piece)]


def _note_piece(reports: Sequence[Report]) -> list[Report]:
    with transaction.atomic():
        people = {report.delivery.profile_id for report in reports}
        may_be_kept = _what_may_be_kept(people, erased=lock_profiles(people))
        known = _known(reports)
        now, fresh = clock.now(), []
        for report in filter(may_be_kept, reports):
            at = min(report.at or now, now)
            row = known.get(_key(report))
            if row is None:
                known[_key(report)] = _row(report, at, now)
            elif report.at is not None and at > row.occurred_at:
                row.occurred_at = at
            else:
                continue
            fresh.append(report)
        rows = list({key: known[key] for key in map(_key, fresh)}.values())
        db.update_rows([row for row in rows if row.pk], ["occurred_at"])
        DeliveryReport.objects.bulk_create([row for row in rows if not row.pk])
    return fresh


def _what_may_be_kept(people: Iterable[int], *, erased: Iterable[int]) -> Callable[[Report], bool]:
    """Return the question for the reports of people who are locked."""
    nobody, is_followed = frozenset(erased), Site.current().tracks_messages
    refusing = set(Profile.objects.filter(pk__any_of=people, refuses_tracking=True).values_list("pk", flat=True))

    def may_be_kept(report: Report) -> bool:
        profile_id = report.delivery.profile_id
        is_reading = report.state in READING
        return profile_id not in nobody and not (is_reading and (profile_id in refusing or not is_followed))

    return may_be_kept


def _known(reports: Iterable[Report]) -> dict[Key, DeliveryReport]:
    told = DeliveryReport.objects.filter(delivery__any_of={report.delivery.pk for report in reports})
    return {(row.delivery_id, row.state, row.code, row.detail): row for row in told}


def _key(report: Report) -> Key:
    return (report.delivery.pk, report.state, storable(report.code, 40), storable(report.detail, 300))


def _row(report: Report, at: datetime, now: datetime) -> DeliveryReport:
    _delivery_id, state, code, detail = _key(report)
    return DeliveryReport(
        delivery=report.delivery, state=state, code=code, detail=detail, occurred_at=at, recorded_at=now
    )


def instant(seconds: object) -> datetime | None:
    """Return the time that a provider wrote as seconds since 1970; None for what is none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
