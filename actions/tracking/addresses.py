"""Addresses that must not be written to again: those that do not exist, and those of people who complained."""

from collections.abc import Iterable, Sequence
from typing import Any

from actions.models import Delivery, Suppression, Track
from actions.models.delivery import Status
from actions.tracking.recording import Heard, record_heard
from crm.values import email_key


def suppress(addresses: Iterable[str], *, reason: str) -> None:
    """Write to these addresses no more; one that is suppressed already keeps its reason."""
    keys = sorted({email_key(address) for address in addresses if "@" in address})
    rows = [Suppression(channel="email", address=key[:320], reason=reason) for key in keys if key]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)


def note_refused(deliveries: Sequence[Delivery], **_kwargs: Any) -> None:
    """Note what the SMTP server said at once: there is no such address."""
    suppress((delivery.recipient for delivery in deliveries), reason=Suppression.Reason.HARD_BOUNCE)
    for delivery in sorted(deliveries, key=lambda one: one.profile_id):
        record_heard(delivery, [Heard(Track.Kind.HARD_BOUNCE, delivery.reason)])


def settle_unknown(deliveries: Sequence[Delivery], **_kwargs: Any) -> None:
    """Take as sent what became unknown although something was heard of it before."""
    unknown = [delivery.pk for delivery in deliveries if delivery.status == Status.UNKNOWN]
    if unknown:
        heard = Track.objects.filter(delivery__in=unknown).values("delivery")
        Delivery.objects.filter(pk__in=heard, status=Status.UNKNOWN).update(status=Status.SENT, reason="")
