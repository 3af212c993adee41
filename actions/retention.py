"""How long messages are kept."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from actions.models import Delivery, MailboxMessage
from actions.models.delivery import ENDED
from actions.personal import Deliveries
from crm import db
from crm.retention import RetentionClass, retention_classes


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
