"""What was heard of messages after they left, and the places they took under caps."""

from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from actions.models import CapUse, DeliveryReport, Track
from actions.tracking.recording import BY_CLICK
from actions.tracking.robots import WHY
from crm.personal import PersonalTable, Subject, empty, personal_tables


def _why(value: str, _row: Track) -> str:
    """Keep our own codes; what a provider said may name the address."""
    return value if value in WHY or value == BY_CLICK else ""


@personal_tables.register
class Tracks(PersonalTable):
    """What they opened and clicked, and what became of their messages."""

    kind = "track"
    model = Track
    label = _("What was heard of messages")
    keeps = _("That a message was opened, clicked or bounced, and when, for its figures: without the link.")
    hidden: ClassVar[frozenset[str] | None] = frozenset({"once"})
    blanks = {"url": empty, "why": _why}


@personal_tables.register
class Reports(PersonalTable):
    """What providers of SMS, WhatsApp and others reported of their messages."""

    kind = "delivery_report"
    model = DeliveryReport
    label = _("Reports of providers")
    path = "delivery__profile"
    is_removed = True

    def rows(self, subject: Subject) -> "QuerySet[DeliveryReport]":
        """Return the reports of their messages."""
        return DeliveryReport.objects.filter(delivery__profile=subject.profile_id)


@personal_tables.register
class PlacesUnderCaps(PersonalTable):
    """Which of their messages count under a frequency cap."""

    kind = "cap_use"
    model = CapUse
    label = _("Messages that count under frequency caps")
    is_removed = True
