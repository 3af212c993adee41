"""What Brevo tells of messages that we had it send (developers.brevo.com/docs/transactional-webhooks)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from actions.channels.provider_answers import text_in
from actions.models import Suppression, Track
from actions.reports import Report, deliveries_named, instant, note_reports
from actions.tracking.addresses import suppress
from actions.tracking.recording import Heard, record_heard
from actions.tracking.spam_rate import check_spam_rate
from actions.unsubscribe import unsubscribe

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
#: events that are looked up and written at once
PIECE = 500
#: what the figures and the spam rate count, as what is heard of e-mails of ours
HEARD = {
    "hard_bounce": Track.Kind.HARD_BOUNCE,
    "invalid_email": Track.Kind.HARD_BOUNCE,
    "soft_bounce": Track.Kind.SOFT_BOUNCE,
    "spam": Track.Kind.COMPLAINT,
}


def take_events(events: Sequence[Mapping[str, Any]]) -> int:
    """Keep what became of our deliveries, suppress bad addresses, refuse consents; returns how many were ours.

    Any number of events is taken, piece by piece; what was taken before an error is taken again without harm.
    """
    number = 0
    for start in range(0, len(events), PIECE):
        number += _take(events[start : start + PIECE])
    if any(text_in(event, "event") == "spam" for event in events):
        check_spam_rate()
    return number


def _take(events: Sequence[Mapping[str, Any]]) -> int:
    named = deliveries_named((text_in(event, "X-Mailin-custom") for event in events), channel="brevo")
    reports = []
    for event in events:
        name, delivery = text_in(event, "event"), named.get(text_in(event, "X-Mailin-custom"))
        if delivery is None or name not in STATES:
            continue
        detail = text_in(event, "link") or text_in(event, "reason")
        reports.append(Report(delivery, STATES[name], code=name, detail=detail, at=instant(text_in(event, "ts_event"))))
    for report in reports:
        _act_on(report)
    note_reports(reports)
    return len(reports)


def _act_on(report: Report) -> None:
    """Suppress the address, note what figures count, refuse the grounds, as far as the event asks for it."""
    delivery, name = report.delivery, report.code
    if name in SUPPRESSES:
        suppress([delivery.recipient], reason=SUPPRESSES[name])
    if name in HEARD:
        told = f"{delivery.uid}{name}{report.at}{report.detail}"
        once = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
        record_heard(delivery, [Heard(HEARD[name], report.detail, "", False, report.at, once)])
    if name in REFUSES:
        unsubscribe(delivery)
