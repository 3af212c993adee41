"""Segments: saved audiences; a change is refused by which one would come to contain itself."""

from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm import clock, db
from crm.conditions.segments import clean_rules, conditions_in, frozen_rules, segment_q
from crm.errors import Invalid
from crm.models import Profile, Segment
from crm.periodic import periodic
from crm.turns import LONGEST, in_words
from crm.values import parse_text

logger = structlog.get_logger(__name__)
#: so many profiles, and so many seconds, may be counted while somebody waits
MOST_AT_ONCE, AT_ONCE = 10_000, 1.0


def save_segment(segment: Segment, *, name: str, rules: Any) -> Segment:
    """Store a segment (a new one unsaved) with its name and its rules as written; raises Invalid.

    All segments are locked meanwhile, so that no two changes that are right each by itself make a circle together.
    """
    segment.name = parse_text(name, longest=120, field="name")
    if not segment.name:
        raise Invalid(_("Give the segment a name."), field="name")
    cleaned = clean_rules(rules)
    if cleaned != segment.rules:
        segment.size, segment.counted_at, segment.count_error = None, None, ""
    segment.rules = cleaned
    with transaction.atomic():
        list(Segment.objects.select_for_update().order_by("pk").values_list("pk"))
        frozen_rules(segment.rules, uid=str(segment.uid))
        segment.save()
    return segment


def archive_segment(segment: Segment, *, is_archived: bool = True) -> Segment:
    """Take a segment out of the choices, or back in; whatever uses it goes on."""
    segment.is_archived = is_archived
    segment.save(update_fields=["is_archived", "updated_at"])
    return segment


def segments_with(segment: Segment) -> list[Segment]:
    """Return the segments that ask for another one, by name."""
    uid = str(segment.uid)
    others = Segment.objects.exclude(pk=segment.pk).order_by("name")
    return [other for other in others if any(each.segment == uid for each in conditions_in(other.rules or {}))]


def profiles_in(segment: Segment) -> "QuerySet[Profile]":
    """Return the profiles that are in a segment now; raises Invalid where its rules cannot be asked."""
    return Profile.objects.filter(segment_q(segment.rules or {}, uid=str(segment.uid)), erased_at=None)


def count_segment(segment: Segment) -> int | None:
    """Count the profiles of a segment and keep the number for the list; None, with the reason, where it cannot be."""
    size, error = None, ""
    try:
        size = profiles_in(segment).order_by().count()
    except Invalid as refusal:
        error = refusal.message[:LONGEST]
    except InterfaceError:
        raise
    except Exception as raised:  # what is too much for the database is an OperationalError
        if not connection.is_usable():
            raise
        logger.exception("segment_not_counted", segment=segment.pk)
        error = in_words(raised)
    _keep(segment, size, error)
    return size


def count_at_once(segment: Segment) -> None:
    """Count a segment that is counted in no time; one that takes more or raises is left to the scheduler."""
    try:
        with db.at_most(AT_ONCE):
            size = profiles_in(segment).order_by()[: MOST_AT_ONCE + 1].count()
    except (Invalid, db.TooLong):
        return
    except DatabaseError:
        logger.exception("segment_counted_later", segment=segment.pk)
        return
    if size <= MOST_AT_ONCE:
        _keep(segment, size, "")


def _keep(segment: Segment, size: int | None, error: str) -> None:
    """Keep what was counted, unless the rules changed meanwhile."""
    counted = Segment.objects.filter(pk=segment.pk, updated_at=segment.updated_at)
    counted.update(size=size, counted_at=clock.now(), count_error=error)


@periodic(every=3)
def count_new_segments() -> None:
    """Count what was saved and not counted yet."""
    for segment in Segment.objects.filter(is_archived=False, counted_at=None).order_by("pk"):
        count_segment(segment)


@periodic(every=3600)
def count_segments() -> None:
    """Count the segments in use anew."""
    for segment in Segment.objects.filter(is_archived=False).order_by("pk"):
        count_segment(segment)
