"""How long messages are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from actions.models import CapUse, Delivery, DeliveryReport, FrequencyCap, MailboxMessage, Suppression, Track
from actions.models.delivery import ENDED
from actions.personal import Deliveries
from actions.tracking.personal import Tracks
from crm import clock, db
from crm.retention import RetentionClass, keep, retention_classes


class _OldDeliveries(RetentionClass):
    """Messages that have ended."""

    model = Delivery
    time = "planned_at"

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those under way."""
        return {row.pk for row in rows if row.status not in ENDED}


@retention_classes.register
class MergedIn(_OldDeliveries):
    """What was merged into messages."""

    kind = "delivery_contents"
    label = _("Contents of messages")
    meaning = _("What was merged into each message. Older ones are blanked: the message cannot be shown any more.")
    days = 365
    least = 7

    def clear(self, rows: Sequence[Any]) -> None:
        """Empty them."""
        for row in rows:
            row.context = {}
        db.update_rows(rows, ["context"])


@retention_classes.register
class Addresses(_OldDeliveries):
    """Who was written to."""

    kind = "deliveries"
    label = _("Addresses and subjects of messages")
    meaning = _("To which address a message went, and its subject. Older ones are blanked; that it was sent stays.")
    days = 3 * 365
    least = 30

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        Deliveries().blank(rows)


@retention_classes.register
class Mailbox(RetentionClass):
    """What landed in the mailbox of the back-office."""

    kind = "mailbox"
    model = MailboxMessage
    label = _("Mailbox")
    meaning = _("What Declic sends while no e-mail server is configured. Older mails are deleted.")
    time = "received_at"
    days = 90


@retention_classes.register
class LinksClicked(RetentionClass):
    """Which links people followed."""

    kind = "tracks"
    model = Track
    label = _("Links that were clicked")
    meaning = _("Which link somebody followed, and what a provider said. Blanked; that it was opened or clicked stays.")
    time = "recorded_at"
    days = 2 * 365
    least = 30

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        Tracks().blank(rows)


@retention_classes.register
class ProvidersReports(RetentionClass):
    """What providers told of messages."""

    kind = "delivery_reports"
    model = DeliveryReport
    label = _("Reports of providers")
    meaning = _("What the providers of SMS, WhatsApp and others told of each message. Older ones are deleted.")
    time = "recorded_at"
    days = 395
    least = 30


@retention_classes.register
class PlacesUnderCaps(RetentionClass):
    """Which messages took the places of a frequency cap."""

    kind = "cap_uses"
    model = CapUse
    label = _("Messages counted by frequency caps")
    meaning = _("Which messages of late count under a cap. Deleted, but not before the period of the cap is over.")
    time = "last_at"
    days = 60
    goes_in_circles = True

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those that a cap still counts."""
        longest = max((cap.period for cap in FrequencyCap.objects.all()), default=timedelta())
        return {row.pk for row in rows if row.last_at >= clock.now() - longest}

    def clear(self, rows: Sequence[Any]) -> None:
        """Delete them, unless a sender has one in hand or took a place since."""
        stood = {row.pk: row.last_at for row in rows}
        held = db.locked(CapUse.objects.filter(pk__any_of=stood).order_by("pk"), skip=True)
        self.delete([row.pk for row in held if row.last_at == stood[row.pk]])

    def oldest(self) -> datetime | None:
        """Say nothing: the order of ids is not that of time."""
        return None


keep(Suppression, because=_("Without it one would write again to who complained, or where nobody is."))
