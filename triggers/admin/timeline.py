"""Events on the timeline of a profile."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from crm.admin.display import page_of
from crm.admin.timeline import Source, TimelineRow, sources
from crm.models import Profile
from triggers.admin.words import ICONS, TONES, detail_of
from triggers.models import Event, Kind


@sources.register
class Events(Source):
    """What the ledger holds of a profile."""

    kind = "events"
    label = _("Events")
    permission = "triggers.view_event"

    def rows(self, profile: Profile, before: int | None, limit: int) -> Sequence[TimelineRow]:
        """Return the newest events, along the index by profile."""
        events = Event.objects.filter(profile=profile)
        if before is not None:
            events = events.filter(pk__lt=before)
        return [row_of(event) for event in events.order_by("-id")[:limit]]


def row_of(event: Event) -> TimelineRow:
    """Return an event as a row."""
    kind = Kind(event.kind)
    return TimelineRow(
        at=event.occurred_at,
        icon=ICONS[kind],
        title=str(kind.label),
        detail=detail_of(event),
        url=page_of("triggers.event", event.pk),
        key=event.pk,
        tone=TONES.get(kind, ""),
    )
