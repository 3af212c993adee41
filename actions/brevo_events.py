"""What Brevo tells of messages that we had it send (developers.brevo.com/docs/transactional-webhooks)."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from actions.channels.provider_answers import text_in
from actions.models import Suppression, Track
from actions.reports import PIECE, Report, deliveries_named, instant, note_reports
from actions.tracking.addresses import suppress
from actions.tracking.recording import Heard, record_heard
from actions.tracking.spam_rate import check_spam_rate
from actions.unsubscribe import unsubscribe
from crm import db

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
#: what the figures and the spam rate count, as what is heard of e-mails of ours
HEARD = {
    "hard_bounce": Track.Kind.HARD_BOUNCE,
    "invalid_email": Track.Kind.HARD_BOUNCE,
    "soft_bounce": Track.Kind.SOFT_BOUNCE,
    "spam": Track.Kind.COMPLAINT,
}
#: events that ask us to do something; all others are only kept
ACTS = SUPPRESSES.keys() | HEARD.keys() | REFUSES
logger = logging.getLogger(__name__)


def take_events(events: Sequence[Mapping[str, Any]]) -> int:
    """Keep what became of our deliveries, suppress bad addresses, refuse consents; returns how many were ours.

    Any number of events is taken, piece by piece. Each that asks us to do something is taken alone and once: one that
    raises keeps none of the others, and is raised when they are done, so that Brevo repeats it.
    """
    number, errors = 0, []
    for piece in db.batches(events, PIECE):
        reports = _reports_in(piece)
        number += len(reports)
        note_reports(report for report in reports if report.code not in ACTS)
        errors += [error for report in reports if report.code in ACTS and (error := _tried(report))]
    if any(text_in(event, "event") == "spam" for event in events):
        check_spam_rate()
    if errors:
        raise errors[0]
    return number


def _reports_in(events: Sequence[Mapping[str, Any]]) -> list[Report]:
    named = deliveries_named((text_in(event, "X-Mailin-custom") for event in events), channel="brevo")
    reports = []
    for event in events:
        name, delivery = text_in(event, "event"), named.get(text_in(event, "X-Mailin-custom"))
        if delivery is None or name not in STATES:
            continue
        detail = text_in(event, "link") or text_in(event, "reason")
        reports.append(Report(delivery, STATES[name], code=name, detail=detail, at=instant(text_in(event, "ts_event"))))
    return reports


def _tried(report: Report) -> Exception | None:
    """Keep a report and do what it asks for, both or neither; returns the error that kept it from being taken.

    One that is repeated asks for nothing: whoever accepted again since then has not refused again.
    """
    try:
        with transaction.atomic():
            if note_reports([report]):
                _act_on(report)
    except (OperationalError, InterfaceError):
        raise  # no event is to blame
    except Exception as error:
        logger.exception("An event of Brevo could not be taken")
        return error
    return None


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
