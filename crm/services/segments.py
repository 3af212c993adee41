"""Segments: saved audiences; a change is refused by which one would come to contain itself."""

from typing import Any

import structlog
from django.db import InterfaceError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm import clock
from crm.conditions.segments import clean_rules, conditions_in, frozen_rules, segment_q
from crm.errors import Invalid
from crm.models import Profile, Segment
from crm.periodic import periodic
from crm.turns import LONGEST, in_words
from crm.values import parse_text

logger = structlog.get_logger(__name__)


def save_segment(segment: Segment, *, name: str, rules: Any) -> Segment:
    """Store a segment (a new one unsaved) with its name and its rules as written; raises Invalid.

    All segments are locked meanwhile, so that no two changes that are right each by itself make a circle together.
    """
    segment.name = parse_text(name, longest=120, field="name")
    if not segment.name:
        raise Invalid(_("Give the segment a name."), field="name")
    segment.rules = clean_rules(rules)
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
        with transaction.atomic():
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
    Segment.objects.filter(pk=segment.pk).update(size=size, counted_at=clock.now(), count_error=error)
    return size


@periodic(every=3600)
def count_segments() -> None:
    """Count the segments in use anew."""
    for segment in Segment.objects.filter(is_archived=False).order_by("pk"):
        count_segment(segment)
