"""Releasing: the deliveries of a newsletter wait as `held`, and are let go a few seconds of sending at a time.

So a pause takes hold at once, an order's confirmation does not wait behind a hundred thousand newsletters, and a
throttle holds whatever happens to the workers: what was released and did not leave counts.
"""

from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from actions.bells import ring
from actions.models import Delivery
from actions.models.delivery import ENDED, UNDER_WAY, Status
from actions.reasons import NEWSLETTER_CANCELLED, NEWSLETTER_PAUSED, SPAM_RATE
from actions.sending.turns import state_ended
from actions.tracking.spam_rate import mailing_is_broken
from crm import clock, db, faults
from crm.models import Newsletter

logger = structlog.get_logger(__name__)

#: what may wait in front of the workers where nothing is known of their speed
LEAST_AHEAD = 300
#: else what left in so many seconds
AHEAD = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)
#: a throttled newsletter makes up for at most so much time in which nothing was released
LONGEST_CATCH_UP = timedelta(seconds=10)
#: why a delivery is held that may be let go
OURS = frozenset({"", NEWSLETTER_PAUSED, SPAM_RATE})
#: cancelled deliveries that are ended in one transaction
BATCH = 1000


def release_all() -> None:
    """Let go what may leave, end newsletters that are through, skip what cancelled ones held."""
    for newsletter in Newsletter.objects.under_way():
        try:
            release(newsletter)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # one that cannot be let go keeps no other waiting
            logger.exception("newsletter_not_released", newsletter=newsletter.pk)
    for newsletter in Newsletter.objects.filter(status=Newsletter.Status.CANCELLED, ended_at=None):
        while skip_held(newsletter) == BATCH:
            pass


def release(newsletter: Newsletter) -> int:
    """Plan the next held deliveries of a newsletter; returns how many. One that has none left is sent."""
    with transaction.atomic():
        db.alone(f"newsletter-{newsletter.pk}")
        newsletter.refresh_from_db(fields=["status", "per_minute", "released_at", "prepared_at"])
        if newsletter.status not in (Newsletter.Status.PREPARING, Newsletter.Status.SENDING) or mailing_is_broken():
            return 0
        now = clock.now()
        mine = Delivery.objects.filter(newsletter_id=newsletter.pk)
        room = room_for(newsletter, now)
        ids = _to_let_go(mine, room, now) if room > 0 else []
        released = mine.filter(pk__any_of=ids, status=Status.HELD).update(status=Status.PLANNED, due_at=now, reason="")
        if released:
            Newsletter.objects.filter(pk=newsletter.pk).update(released_at=now)
        elif newsletter.prepared_at and not mine.filter(status__in=UNDER_WAY).exists():
            Newsletter.objects.filter(pk=newsletter.pk, status=Newsletter.Status.SENDING).update(
                status=Newsletter.Status.SENT, ended_at=now
            )
        faults.point("newsletter.released")
    if released:
        ring("mail")
    return released


def _to_let_go(mine: "QuerySet[Delivery]", room: int, now: datetime) -> list[int]:
    """Return the next deliveries: those that were put off and are due again, then those in the order of their ids."""
    held = mine.filter(status=Status.HELD)
    put_off = held.filter(put_off_at__isnull=False, due_at__lte=now).order_by("due_at", "id")
    ids = list(put_off.values_list("pk", flat=True)[:room])
    fresh = held.filter(ended_at=None, put_off_at=None).order_by("ended_at", "id").values_list("pk", "reason")
    first = list(fresh[: room - len(ids)])
    # what a guard holds for another reason stands in front: until that is over, nothing follows it
    return [*ids, *(pk for pk, _reason in first)] if all(reason in OURS for _pk, reason in first) else ids


def room_for(newsletter: Newsletter, now: datetime) -> int:
    """Return how many deliveries may be let go now."""
    mine = Delivery.objects.filter(newsletter_id=newsletter.pk)
    waiting = mine.filter(status__in=[Status.PLANNED, Status.LEASED, Status.SENDING], due_at__lte=now).count()
    left = mine.filter(status__in=ENDED, ended_at__gt=now - AHEAD).count()
    room = max(LEAST_AHEAD, left) - waiting
    if newsletter.per_minute is None:
        return room
    left_in_a_minute = mine.filter(status__in=ENDED - {Status.SKIPPED}, ended_at__gt=now - MINUTE).count()
    since = min(now - (newsletter.released_at or now - LONGEST_CATCH_UP), LONGEST_CATCH_UP)
    turn = timedelta(minutes=1) / newsletter.per_minute
    due = max(int(since / turn), 1 if newsletter.released_at is None or now - newsletter.released_at >= turn else 0)
    return min(room, newsletter.per_minute - left_in_a_minute - waiting, due)


def skip_held(newsletter: Newsletter) -> int:
    """End the deliveries that a cancelled newsletter still held, a batch of them; returns how many."""
    with transaction.atomic():
        db.alone(f"newsletter-{newsletter.pk}")
        now = clock.now()
        mine = Delivery.objects.filter(newsletter_id=newsletter.pk)
        held = mine.filter(status=Status.HELD, ended_at=None).order_by("ended_at", "id")
        rows = list(held.defer("context")[:BATCH])
        for row in rows:
            row.status, row.reason, row.ended_at, row.due_at = Status.SKIPPED, NEWSLETTER_CANCELLED, now, None
        db.update_rows(rows, ["status", "reason", "ended_at", "due_at"])
        state_ended(rows)
        if not mine.filter(status__in=UNDER_WAY).exists():
            cancelled = Newsletter.objects.filter(pk=newsletter.pk, status=Newsletter.Status.CANCELLED)
            cancelled.update(ended_at=now)
    return len(rows)
