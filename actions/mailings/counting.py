"""Counting who would get a draft: a piece at once when somebody asks, the rest by the scheduler.

A piece is a stretch of profiles in the order of their ids; its number and the cursor are written together by
compare-and-swap, so that two schedulers count no one twice, and a count that was begun anew meanwhile takes nothing
from the former one.
"""

import hashlib
import json
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Max

from actions.bells import stopping
from actions.mailings.audience import Audience, accepting, audience_of, count_members, members, reached
from actions.models import AudienceCount
from crm import clock
from crm.models import Newsletter, Profile
from crm.turns import each_alone

logger = structlog.get_logger(__name__)

#: profiles that are looked at by one query
PIECE = 5_000
#: a count is begun anew when somebody asks after so long; meanwhile the former number is shown
FRESH_FOR = timedelta(minutes=1)


def count_audience(newsletter: Newsletter) -> AudienceCount:
    """Return how many would get a draft as it is known now, beginning to count where nothing recent is known.

    Looks at one piece of profiles at most. Raises Invalid for a segment that cannot be asked.
    """
    digest, now = _digest(newsletter, audience_of(newsletter.segment)), clock.now()
    known = AudienceCount.objects.filter(newsletter=newsletter).first()
    is_same = known is not None and known.digest == digest
    if known is not None and is_same and not _is_stale(known, now):
        return known
    count, _is_new = AudienceCount.objects.update_or_create(
        newsletter=newsletter,
        defaults={
            "digest": digest,
            "cursor": 0,
            "last_profile": Profile.objects.aggregate(last=Max("pk"))["last"] or 0,
            "found": {},
            "left_out": {},
            "by_language": known.by_language if known is not None and is_same else None,
            "example": None,
            "began_at": now,
            "ended_at": None,
            "error": "",
        },
    )
    _carry_on(count)
    return count


def count_all() -> None:
    """Count to the end what somebody asked for; one that cannot be counted says why and keeps no other waiting."""
    each_alone(AudienceCount.objects.filter(ended_at=None).order_by("began_at"), _count_out, set_aside=_give_up)


def _count_out(count: AudienceCount) -> None:
    while count.ended_at is None and not stopping.is_set() and count_piece(count):
        pass


def _carry_on(count: AudienceCount) -> None:
    """Count a piece; where the database has trouble the scheduler counts."""
    try:
        each_alone([count], count_piece, set_aside=_give_up)
    except (OperationalError, InterfaceError) as error:
        logger.warning("audience_counted_later", newsletter=count.newsletter_id, error=type(error).__name__)


def _give_up(count: AudienceCount, error: str) -> None:
    """End a count that cannot be made, and say why."""
    count.ended_at, count.error = clock.now(), error
    mine = AudienceCount.objects.filter(pk=count.pk, began_at=count.began_at)
    mine.update(ended_at=count.ended_at, error=count.error)


def count_piece(count: AudienceCount) -> bool:
    """Count the next piece; False where another was first. Where another audience is meant by now, it just ends."""
    newsletter = Newsletter.objects.select_related("segment").defer("frozen").get(pk=count.newsletter_id)
    audience = audience_of(newsletter.segment)
    if _digest(newsletter, audience) != count.digest:
        return _written(count, {"ended_at": clock.now(), "by_language": None})
    people = Profile.objects.filter(pk__gt=count.cursor, pk__lte=count.last_profile)
    ends = people.order_by("pk").values_list("pk", flat=True)[PIECE - 1 : PIECE]
    upto = next(iter(ends), count.last_profile)
    piece = people.filter(members(audience), pk__lte=upto)
    given = accepting(newsletter.consents)
    found, left_out = count_members(piece, given)
    changed: dict[str, object] = {
        "cursor": upto,
        "found": dict(Counter(count.found) + Counter(found)),
        "left_out": dict(Counter(count.left_out) + Counter(left_out)),
    }
    if count.example is None and found:
        changed["example"] = reached(piece, given).order_by("pk").values_list("pk", flat=True).first()
    if upto == count.last_profile:
        changed |= {"ended_at": clock.now(), "by_language": changed["found"]}
    return _written(count, changed)


def recipient_of(newsletter: Newsletter) -> Profile | None:
    """Return somebody who would get a newsletter, as far as it is counted."""
    known = AudienceCount.objects.filter(newsletter=newsletter).values_list("example", flat=True).first()
    return Profile.objects.filter(pk=known, erased_at=None).first() if known else None


def _written(count: AudienceCount, changed: dict[str, object]) -> bool:
    """Change a count that stands as it was read; False where it does not."""
    mine = AudienceCount.objects.filter(pk=count.pk, began_at=count.began_at, digest=count.digest, ended_at=None)
    if not mine.filter(cursor=count.cursor).update(**changed):
        return False
    for name, value in changed.items():
        setattr(count, name, value)
    return True


def _digest(newsletter: Newsletter, audience: Audience) -> str:
    asked = json.dumps([audience, sorted(newsletter.consents)], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def _is_stale(count: AudienceCount, now: datetime) -> bool:
    """Tell whether a count is to be made anew: after a while, and each time where one piece is all."""
    if count.ended_at is None:
        return False
    if count.by_language is None and not count.error:
        return True
    has_more = Profile.objects.order_by("pk").values_list("pk", flat=True)[PIECE - 1 : PIECE].exists()
    return not has_more or now - count.ended_at > FRESH_FOR
