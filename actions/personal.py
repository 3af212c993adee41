"""Messages: who was written to, with what, and where they landed."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

import actions.tracking.personal  # noqa: F401  registers its tables
from actions.bells import forget_failed_jobs
from actions.guards import PERSONAL
from actions.mailings.testing import TEST
from actions.models import Delivery, MailboxMessage, Suppression
from actions.models.delivery import Status
from actions.reasons import ERASED as ERASED_REASON
from actions.reasons import REASONS
from actions.signals import deliveries_ended
from crm import clock, db
from crm.models import Profile
from crm.objections import ObjectionKind, objection_kinds
from crm.personal import PersonalTable, Subject, empty, no_object, personal_tables
from crm.personal.blanks import ERASED
from crm.personal.others import the_team
from crm.values import email_key

#: a worker has it, and all that it says, in memory
IN_HAND = (Status.LEASED, Status.SENDING)
#: what is written to a person: a test of a newsletter may be, too
_TO_PERSONS = PERSONAL | {TEST}


def _recipient(value: str, row: Delivery) -> str:
    """Keep the addresses of the team and of targets; a person's own becomes the profile's number."""
    return f"#{row.profile_id}" if row.rules.get("purpose") in _TO_PERSONS else value


def _reason(value: str, _row: Delivery) -> str:
    """Keep our own codes; what a server answered may name the address."""
    return value if not value or value in REASONS else ERASED


@personal_tables.register
class Deliveries(PersonalTable):
    """All that was sent to them or about them."""

    kind = "delivery"
    model = Delivery
    label = _("Messages sent")
    keeps = _("Which message left when, and how that ended: without the address, the subject and what was merged in.")
    hidden: ClassVar[frozenset[str] | None] = frozenset({"lease", "leased_until", "rules", "content_id"})
    order = 20
    batch = 100
    beside: ClassVar[Mapping[str, Combinable]] = {"purpose": F("rules__purpose")}
    blanks = {
        "recipient": _recipient,
        "subject": empty,
        "context": no_object,
        "reason": _reason,
        "provider_id": empty,  # Meta packs the number of the phone into its own
    }

    def identifiers(self, profile_id: int) -> Iterable[str]:
        """Return the addresses that were written to."""
        rows = Delivery.objects.filter(profile=profile_id, rules__purpose__in=list(_TO_PERSONS)).order_by()
        return rows.values_list("recipient", flat=True).distinct()

    def given(self, row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Hand out their own addresses, and that a message went to the team."""
        recipient = own_or_team(str(row["recipient"]), subject, is_for_team=row["purpose"] == "team")
        return {**super().given(row, subject), "recipient": recipient}

    def stop(self, profile_id: int) -> None:
        """Cancel what has not left; what a worker has in its hands, its guard refuses."""
        planned = Delivery.objects.filter(profile=profile_id, status__in=[Status.PLANNED, Status.HELD]).order_by("pk")
        rows = list(db.locked(planned, skip=True))
        for row in rows:
            row.status, row.reason, row.ended_at, row.due_at = Status.SKIPPED, ERASED_REASON, clock.now(), None
        db.update_rows(rows, ["status", "reason", "ended_at", "due_at"])
        if rows:
            deliveries_ended.send(sender=Delivery, deliveries=rows)

    def finish(self) -> None:
        """Take the traces of failed jobs out of Redis: an error of the database quotes values."""
        forget_failed_jobs()

    def is_settled(self, subject: Subject) -> bool:
        """Tell whether no worker has one in its hands, who would write its subject afterwards."""
        return not self.rows(subject).filter(status__in=IN_HAND).exists()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank them, and take what landed in the mailbox out of it, mails to the team too."""
        take_out_of_mailbox(rows)
        self.blank(rows)


def own_or_team(recipient: str, subject: Subject, *, is_for_team: bool) -> str:
    """Return an address of the person, or of a machine; for any other, that it was the team's, or nothing."""
    is_others = "@" in recipient and "://" not in recipient and email_key(recipient) not in subject.emails
    if not is_others:
        return recipient
    return the_team() if is_for_team else ""


def take_out_of_mailbox(deliveries: Sequence[Delivery]) -> None:
    """Delete the mails and texts of deliveries, whose ids begin with theirs."""
    if deliveries:
        begins = [db.starts_with("message_id", str(row.uid)) for row in deliveries]
        MailboxMessage.objects.filter(reduce(or_, begins)).delete()


@personal_tables.register
class Mails(PersonalTable):
    """What the mailbox of the back-office holds for their addresses."""

    kind = "mail"
    model = MailboxMessage
    label = _("Mails in the mailbox")
    order = 40  # behind the deliveries that could still add one
    is_removed = True

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the mails to one of their addresses, however it was written, and the texts to their numbers."""
        return MailboxMessage.objects.filter(recipient__in={*subject.emails, *subject.identifiers})


@personal_tables.register
class Suppressions(PersonalTable):
    """That their address must not be written to; what remains of it is a keyed hash (crm.objections)."""

    kind = "suppression"
    model = Suppression
    label = _("Suppressed address")
    keeps = _("A keyed hash, so that an address which objected is not written to again.")
    is_removed = True

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the suppressions of their addresses and numbers."""
        return Suppression.objects.filter(Q(address__in=subject.emails) | Q(address__in=subject.identifiers))


@objection_kinds.register
class SuppressedAddress(ObjectionKind):
    """The address that was suppressed: hard bounce, complaint, by hand."""

    kind = "suppressed"

    def remember(self, subject: Subject, own: str) -> Mapping[str, Any]:
        """Return the channels with their reasons, by address: former ones of theirs, too."""
        kept: dict[str, dict[str, str]] = {}
        for channel, address, reason in Suppressions().rows(subject).values_list("channel", "address", "reason"):
            kept.setdefault(address, {})[channel] = reason
        return kept

    def restore(self, profile: Profile, address: str, kept: Any) -> None:
        """Suppress the address on those channels again."""
        for channel, reason in kept.items():
            Suppression.objects.get_or_create(channel=channel, address=email_key(address), defaults={"reason": reason})
