"""What Brevo tells of messages that we had it send (developers.brevo.com/docs/transactional-webhooks)."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.channels.provider_answers import text_in
from actions.models import Delivery, Suppression
from actions.reports import Report, delivery_named, instant, note_reports
from actions.unsubscribe import unsubscribe
from crm.values import email_key

#: its names → our states; what Apple's proxy opens says nothing of a person
STATES = {
    "request": "sent",
    "delivered": "delivered",
    "opened": "read",
    "unique_opened": "read",
    "click": "clicked",
    "deferred": "deferred",
    "soft_bounce": "failed",
    "hard_bounce": "failed",
    "invalid_email": "failed",
    "blocked": "failed",
    "error": "failed",
    "spam": "complaint",
    "unsubscribed": "unsubscribed",
}
SUPPRESSES = {
    "hard_bounce": Suppression.Reason.HARD_BOUNCE,
    "invalid_email": Suppression.Reason.HARD_BOUNCE,
    "spam": Suppression.Reason.COMPLAINT,
}
#: whose grounds are refused
REFUSES = frozenset({"spam", "unsubscribed"})
MOST = 1000


def take_events(events: Sequence[Mapping[str, Any]]) -> int:
    """Keep what became of our deliveries, suppress bad addresses, refuse consents; returns how many were ours."""
    reports = []
    for event in events[:MOST]:
        name = text_in(event, "event")
        delivery = delivery_named(text_in(event, "X-Mailin-custom"), channel="brevo")
        if delivery is None or name not in STATES:
            continue
        detail = text_in(event, "link") or text_in(event, "reason")
        reports.append(Report(delivery, STATES[name], code=name, detail=detail, at=instant(text_in(event, "ts_event"))))
        _act_on(delivery, name)
    note_reports(reports)
    return len(reports)


def _act_on(delivery: Delivery, name: str) -> None:
    if name in SUPPRESSES and "@" in delivery.recipient:  # else the person was erased meanwhile
        Suppression.objects.get_or_create(
            channel="email", address=email_key(delivery.recipient), defaults={"reason": SUPPRESSES[name]}
        )
    if name in REFUSES:
        unsubscribe(delivery)
