"""Turns: one transaction that records what was just sent and marks what is sent next."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import InterfaceError, OperationalError, connection, transaction

from actions.channels.results import Final, Result, Sent, Skip, Temporary, Unknown
from actions.guards import ask_guards
from actions.models import Delivery, InHand
from actions.models.delivery import ENDED, Status
from actions.sending.leases import CHANNELS, Lease, lease_end
from actions.signals import deliveries_ended
from crm import clock, db, faults

logger = logging.getLogger(__name__)

#: how long to wait before each repetition of what failed temporarily
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 6 * 3600))
#: channels on which the other side knows the id and ignores a repetition
REPEATABLE = frozenset({"webhook"})
#: how often, and with which pauses (seconds), a turn is tried while the database is away or in a deadlock
TRIES = (0.05, 0.2, 0.5, 1, 2, 2, 4, 4, 8, 8)
RECORDED = (
    "status",
    "reason",
    "attempts",
    "due_at",
    "lease",
    "leased_until",
    "ended_at",
    "provider_id",
    "subject",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to send a delivery, the how-manieth it was, and how it ended."""

    delivery: Delivery
    result: Result
    number: int

    @classmethod
    def of(cls, delivery: Delivery, result: Result) -> Self:
        """Number the attempt once, so that a turn tried again counts it once."""
        return cls(delivery, result, delivery.attempts + 1)


def take_turn(lease: Lease, done: Sequence[Attempt], group: Sequence[Delivery]) -> list[Delivery]:
    """Record attempts, mark a group as being sent, and return the rows of it that may be sent now.

    One transaction, committed on return. A row that the lease has lost (a late zombie's) is neither recorded nor sent.
    """
    for pause in (*TRIES, None):
        try:
            with lease.lock, transaction.atomic():
                record_attempts(done, lease)
                free = _mark(group, lease)
                faults.point(f"{lease.queue}.recorded", (each.delivery.pk for each in done))
            faults.point(f"{lease.queue}.committed", (each.delivery.pk for each in done))
            return free
        except (OperationalError, InterfaceError) as error:
            if pause is None or connection.in_atomic_block:
                raise
            logger.warning("The database refused a turn, trying again: %s", error)
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    return []


def record_attempts(attempts: Sequence[Attempt], lease: Lease) -> None:
    """Write what became of rows that this lease still holds, and state which have ended; inside a transaction."""
    if not attempts:
        return
    ids = [attempt.delivery.pk for attempt in attempts]
    held = db.locked(Delivery.objects.filter(pk__in=ids, lease=lease.token).order_by("pk"))
    held_ids = set(held.values_list("pk", flat=True))
    now = clock.now()
    rows = []
    for attempt in attempts:
        if attempt.delivery.pk in held_ids:
            settle_attempt(attempt, now)
            rows.append(attempt.delivery)
    db.update_rows(rows, RECORDED)
    if lease.is_alone:
        InHand.objects.filter(queue__in=CHANNELS, row_id__in=held_ids).delete()
    state_ended(rows)


def state_ended(rows: Sequence[Delivery]) -> None:
    """Send `deliveries_ended` for those of the rows that have."""
    if ended := [row for row in rows if row.status in ENDED]:
        deliveries_ended.send(sender=Delivery, deliveries=ended)


def settle_attempt(attempt: Attempt, now: datetime) -> None:
    """Set the columns of a delivery as the result of an attempt has it; writes nothing."""
    delivery, result = attempt.delivery, attempt.result
    delivery.lease = delivery.leased_until = None
    delivery.attempts = attempt.number
    if isinstance(result, Sent):
        delivery.provider_id = storable(result.provider_id, 200)
        _end(delivery, Status.SENT, "", now)
        return
    reason = storable(result.reason, 500)
    is_over = delivery.attempts > len(BACKOFF)
    if isinstance(result, Skip):
        delivery.attempts -= 1
        _end(delivery, Status.SKIPPED, reason, now)
    elif isinstance(result, Unknown) and delivery.channel not in REPEATABLE:
        _end(delivery, Status.UNKNOWN, reason, now)
    elif isinstance(result, Final) or is_over:
        _end(delivery, Status.FAILED, reason, now)
    else:
        asked = result.retry_after if isinstance(result, Temporary) else None
        delivery.status, delivery.reason = Status.PLANNED, reason
        delivery.due_at = now + _pause(delivery.attempts, asked)


def storable(text: str, longest: int) -> str:
    """Return what a server said as any database can hold it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]


def _mark(group: Sequence[Delivery], lease: Lease) -> list[Delivery]:
    if not group:
        return []
    verdicts = ask_guards(group)
    now = clock.now()
    free = [delivery for delivery in group if delivery.pk not in verdicts]
    mine = Delivery.objects.filter(lease=lease.token, status__in=[Status.LEASED, Status.SENDING])
    ids = [delivery.pk for delivery in free]
    marked = mine.filter(pk__in=ids).update(status=Status.SENDING, leased_until=lease_end()) if ids else 0
    if marked != len(ids):
        kept = set(mine.filter(pk__in=ids).values_list("pk", flat=True))
        free = [delivery for delivery in free if delivery.pk in kept]
    if verdicts:
        refused = db.locked(mine.filter(pk__in=list(verdicts)).order_by("pk"))
        stopped = []
        for delivery in refused:
            verdict = verdicts[delivery.pk]
            delivery.lease = delivery.leased_until = None
            if verdict.is_hold:
                delivery.status, delivery.reason = Status.HELD, verdict.reason[:500]
            else:
                _end(delivery, Status.SKIPPED, verdict.reason[:500], now)
            stopped.append(delivery)
        db.update_rows(stopped, RECORDED)
        state_ended(stopped)
    return free


def _end(delivery: Delivery, status: Status, reason: str, now: datetime) -> None:
    delivery.status, delivery.reason, delivery.ended_at, delivery.due_at = status, reason, now, None


def _pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait after an attempt: a little more or less, so that what failed together spreads out."""
    pause = BACKOFF[attempts - 1] * random.uniform(1, 1.1)
    return max(pause, timedelta(seconds=min(asked, 24 * 3600))) if asked else pause
