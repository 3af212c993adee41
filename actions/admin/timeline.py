"""Messages on the timeline of a profile."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from actions.admin.words import ICONS, TONES
from actions.models import Delivery
from actions.models.delivery import Channel, Status
from actions.reasons import reason_label
from crm.admin.display import page_of
from crm.admin.timeline import Source, TimelineRow, sources
from crm.models import Profile


@sources.register
class Messages(Source):
    """What was sent to a profile, or could not be."""

    kind = "messages"
    label = _("Messages")
    permission = "actions.view_delivery"

    def rows(self, profile: Profile, before: int | None, limit: int) -> Sequence[TimelineRow]:
        """Return the newest deliveries, along the index by profile."""
        deliveries = Delivery.objects.filter(profile=profile)
        if before is not None:
            deliveries = deliveries.filter(pk__lt=before)
        return [row_of(one) for one in deliveries.defer("context").order_by("-id")[:limit]]


def row_of(delivery: Delivery) -> TimelineRow:
    """Return a delivery as a row."""
    said = [delivery.get_status_display(), delivery.recipient]
    if delivery.reason and delivery.status != Status.SENT:
        said.append(reason_label(delivery.reason))
    return TimelineRow(
        at=delivery.ended_at or delivery.planned_at,
        icon=ICONS[Channel(delivery.channel)],
        title=delivery.subject or str(delivery.get_channel_display()),
        detail=" · ".join(str(part) for part in said),
        url=page_of("actions.delivery", delivery.pk),
        key=delivery.pk,
        tone=TONES[Status(delivery.status)],
    )
