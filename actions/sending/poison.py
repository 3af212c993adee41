"""Deliveries that break those who touch them: found out one by one, and parked."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import F

from actions.channels.results import Final, Unknown
from actions.models import Delivery, InHand
from actions.models.delivery import ENDED, Status
from actions.sending.leases import CHANNELS, Lease
from actions.sending.turns import Attempt, take_turn

logger = logging.getLogger(__name__)


def queue_of(delivery: Delivery) -> str:
    """Return the queue by which a delivery leaves."""
    return next(queue for queue, channels in CHANNELS.items() if delivery.channel in channels)


def suspect(deliveries: Iterable[Delivery]) -> None:
    """Have rows taken a few at a time from now on, since a batch with them ended badly; the second time, alone."""
    rows = {row.pk: row for row in deliveries}
    known = InHand.objects.filter(queue__in=CHANNELS, row_id__in=rows)
    new = rows.keys() - set(known.values_list("row_id", flat=True))
    known.update(deaths=F("deaths") + 1)
    now = datetime.now(UTC)
    InHand.objects.bulk_create(InHand(queue=queue_of(rows[pk]), row_id=pk, deaths=1, since=now) for pk in sorted(new))


def after_error(lease: Lease, rows: list[Delivery], error: Exception) -> None:
    """Park the only row of a batch that raised; have several redone in smaller ones. What was being sent is unknown."""
    logger.error("A batch of deliveries raised", exc_info=error)
    said = f"{type(error).__name__}: {error}"
    mine = Delivery.objects.filter(lease=lease.token)
    take_turn(lease, [Attempt.of(row, Unknown(said)) for row in mine.filter(status=Status.SENDING)], ())
    left = mine.filter(status=Status.LEASED)
    if len(rows) == 1:
        take_turn(lease, [Attempt.of(row, Final(said)) for row in left], ())
        return
    suspect(left)
    lease.give_back()


def forget_ended() -> None:
    """Clear suspects that have ended by another way."""
    suspects = [hand.row_id or 0 for hand in InHand.objects.filter(queue__in=CHANNELS)[:500]]
    if suspects:
        ended = Delivery.objects.filter(pk__in=suspects, status__in=ENDED).values_list("pk", flat=True)
        InHand.objects.filter(queue__in=CHANNELS, row_id__in=list(ended)).delete()
