"""What goes by a segment: said on its page, and when it is archived."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.models import Newsletter, Segment
from crm.services.segments import segments_with

#: so many of each kind are named
MOST = 20


@dataclass(frozen=True, slots=True)
class Use:
    """Something that goes by a segment: what it is in words, its name, and the address of its page."""

    said: str
    name: str
    url: str


def _segments(segment: Segment) -> Iterator[Use]:
    for one in segments_with(segment)[:MOST]:
        yield Use(_("Used by the segment"), one.name, reverse("admin:crm_segment_change", args=[one.pk]))


def _newsletters(segment: Segment) -> Iterator[Use]:
    over = (Newsletter.Status.SENT, Newsletter.Status.CANCELLED)
    for one in Newsletter.objects.filter(segment=segment).exclude(status__in=over).order_by("name")[:MOST]:
        yield Use(_("Used by the newsletter"), one.name, reverse("admin:crm_newsletter_change", args=[one.pk]))


#: upper floors add theirs
finders: list[Callable[[Segment], Iterable[Use]]] = [_segments, _newsletters]


def uses_of(segment: Segment) -> list[Use]:
    """Return what goes by a segment now or is meant to; nothing for one that is not saved yet."""
    return [use for find in finders for use in find(segment)] if segment.pk else []
