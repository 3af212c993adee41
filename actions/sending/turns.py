"""Turns: one transaction that records what was just sent and marks what is sent next."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import InterfaceError, OperationalError, connection, transaction

from actions.channels.results import Away, Final, Result, Sent, Skip, Temporary, Unknown, storable
from actions.guards import Verdict, ask_guards
from actions.models import Delivery, InHand
from actions.models.delivery import ENDED, Status
from actions.sending.leases import CHANNELS, Lease, lease_end
from actions.signals import addresses_refused, deliveries_ended
from crm import clock, db, faults

logger = logging.getLogger(__name__)

#: how long to wait before each repetition of what failed temporarily
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 6 * 3600))
#: how long a message waits for a server that is away, from when it was planned; as long as mail servers keep a queue
LONGEST_WAIT = timedelta(days=5)
#: how long guards may put a message off: a day of the week comes sooner, two windows without a common hour never do
LONGEST_PUT_OFF = timedelta(days=15)
#: channels on which the other side knows the id and ignores a repetition, some of them for a while only: they look at
#: `unsure_since` before they repeat
REPEATABLE = frozenset({"webhook", "brevo"})
#: how often, and with which pauses (seconds), a turn is tried while the database is away or in a deadlock
TRIES = (0.05, 0.2, 0.5, 1, 2, 2, 4, 4, 8, 8)
RECORDED = (
    "status",
    "reason",
    "attempts",
    "due_at",
    "put_off_at",
    "unsure_since",
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
                free = _turn(lease, done, group)
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


def _turn(lease: Lease, done: Sequence[Attempt], group: Sequence[Delivery]) -> list[Delivery]:
    held = _held(lease, [*(attempt.delivery.pk for attempt in done), *(row.pk for row in group)])
    now = clock.now()
    tried = [attempt for attempt in done if attempt.delivery.pk in held]
    for attempt in tried:
        settle_attempt(attempt, now)
    mine = [row for row in group if row.pk in held]
    verdicts = ask_guards(mine) if mine else {}
    until = lease_end()
    for row in mine:
        row.lease = lease.token
        _settle_mark(row, verdicts.get(row.pk), until, now)
    rows = [*(attempt.delivery for attempt in tried), *mine]
    db.update_rows(rows, RECORDED)
    if lease.has_suspects:
        InHand.objects.filter(queue__in=CHANNELS, row_id__in=[attempt.delivery.pk for attempt in tried]).delete()
    state_ended(rows)
    if refused := [each.delivery for each in tried if isinstance(each.result, Final) and each.result.is_bounce]:
        addresses_refused.send(sender=Delivery, deliveries=refused)
    return [row for row in mine if row.pk not in verdicts]


def _held(lease: Lease, ids: Sequence[int]) -> set[int]:
    """Lock the rows that this lease still holds, in order, and return their ids."""
    rows = Delivery.objects.filter(pk__in=ids, lease=lease.token, status__in=[Status.LEASED, Status.SENDING])
    return set(db.locked(rows.order_by("pk")).values_list("pk", flat=True)) if ids else set()


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
    if isinstance(result, Skip | Away):
        delivery.attempts -= 1
    if isinstance(result, Skip):
        _end(delivery, Status.SKIPPED, reason, now)
    elif isinstance(result, Away) and now - delivery.planned_at < LONGEST_WAIT:
        delivery.status, delivery.reason = Status.PLANNED, reason  # due as before: the oldest leave first
    elif isinstance(result, Unknown) and not (result.may_repeat and delivery.channel in REPEATABLE):
        _end(delivery, Status.UNKNOWN, reason, now)
    elif isinstance(result, Final | Away) or is_over:
        _end(delivery, Status.FAILED, reason, now)
    else:
        asked = result.retry_after if isinstance(result, Temporary) else None
        if isinstance(result, Unknown):
            delivery.unsure_since = delivery.unsure_since or now
        delivery.status, delivery.reason = Status.PLANNED, reason
        delivery.due_at = now + _pause(delivery.attempts, asked)


def _settle_mark(delivery: Delivery, verdict: Verdict | None, until: datetime, now: datetime) -> None:
    """Set the columns of a delivery that is sent now, or that a guard refused, holds or puts off; writes nothing."""
    if verdict is None:
        delivery.status, delivery.leased_until = Status.SENDING, until
        return
    delivery.lease = delivery.leased_until = None
    if verdict.is_hold:
        delivery.status, delivery.reason = Status.HELD, storable(verdict.reason, 500)
    elif verdict.until is not None and verdict.until - delivery.planned_at < LONGEST_PUT_OFF:
        # a newsletter lets its own go when they are due again, at its pace (actions.mailings.releasing)
        delivery.status = Status.PLANNED if delivery.newsletter_id is None else Status.HELD
        delivery.reason, delivery.due_at = storable(verdict.reason, 500), verdict.until
        delivery.put_off_at = delivery.put_off_at or now
    else:
        _end(delivery, Status.SKIPPED, storable(verdict.reason, 500), now)


def _end(delivery: Delivery, status: Status, reason: str, now: datetime) -> None:
    delivery.status, delivery.reason, delivery.ended_at, delivery.due_at = status, reason, now, None


def _pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait after an attempt: a little more or less, so that what failed together spreads out."""
    pause = BACKOFF[attempts - 1] * random.uniform(1, 1.1)
    return max(pause, timedelta(seconds=min(asked, 24 * 3600))) if asked else pause
