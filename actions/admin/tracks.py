"""What became of a message, on the page of its delivery."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.admin.deliveries import delivery_panels
from actions.models import Delivery, Track
from actions.models.delivery import Channel
from actions.tracking.words import say_why
from crm.admin.display import badge
from crm.admin.panels import Panel

SHOWN = 50
Kind = Track.Kind
TONES = {
    Kind.DELIVERED: "success",
    Kind.OPEN: "success",
    Kind.CLICK: "success",
    Kind.SOFT_BOUNCE: "warning",
    Kind.HARD_BOUNCE: "danger",
    Kind.REFUSED: "danger",
    Kind.COMPLAINT: "danger",
    Kind.UNSUBSCRIBE: "warning",
}


@delivery_panels.register
class Tracks(Panel):
    """All that was heard of the message, machines apart."""

    kind = "tracks"
    title = _("What became of it")
    template = "actions/admin/tracks.html"
    order = 10
    permission = "actions.view_track"

    def context(self, row: Delivery) -> Mapping[str, Any] | None:
        """Return the tracks, the newest first; nothing for what is no e-mail."""
        if row.channel != Channel.EMAIL:
            return None
        tracks = list(Track.objects.filter(delivery=row).order_by("-occurred_at", "-id")[: SHOWN + 1])
        return {
            "tracks": [
                {
                    "badge": badge(track.get_kind_display(), "" if track.is_machine else TONES[Kind(track.kind)]),
                    "by": _now("by a machine") if track.is_machine else "",
                    "why": say_why(track),
                    "url": track.url,
                    "at": track.occurred_at,
                }
                for track in tracks[:SHOWN]
            ],
            "is_cut": len(tracks) > SHOWN,
            "refuses": row.profile.refuses_tracking,
        }
