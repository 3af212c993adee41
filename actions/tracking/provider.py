"""What an e-mail provider reports of our messages, as anymail's signal brings it: late, twice, in any order."""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.db import transaction

from actions.models import Delivery, Suppression, Track
from actions.models.delivery import Channel, Status
from actions.tracking.addresses import suppress
from actions.tracking.links import CLICKS, is_web
from actions.tracking.recording import Heard, record_click, record_heard, record_open
from actions.tracking.spam_rate import check_spam_rate
from actions.unsubscribe import unsubscribe
from crm.values import email_key

Kind, Reason = Track.Kind, Suppression.Reason
_GONE = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})
_SOFT_WORDS = frozenset({"softbounce", "soft_bounce", "soft", "transient", "temporary", "undetermined"})
_HARD_WORDS = frozenset({"hardbounce", "hard_bounce", "hard", "permanent"})
#: 4xx: for now; x.7.x: not this address, but us or this message
_SOFT_CODE = re.compile(
    r"(?:smtp; ?)?4\d\d\b|.*(?<![\d.])(?:4\.\d{1,3}|5\.7)\.\d{1,3}(?!\.?\d)", re.IGNORECASE | re.DOTALL
)


def take_report(event: AnymailTrackingEvent, esp_name: str = "", **_kwargs: Any) -> None:
    """Note one report; one that concerns no delivery of ours still suppresses the address it names."""
    take = _TAKERS.get(event.event_type)
    if take is None:
        return
    with transaction.atomic():
        take(event, delivery_of(event), _once(event, esp_name))
    if event.event_type == EventType.COMPLAINED:
        check_spam_rate()


def delivery_of(event: AnymailTrackingEvent) -> Delivery | None:
    """Return the delivery that a report is about: by our own id in it, else by recipient and the provider's id."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    rows = Delivery.objects.filter(channel=Channel.EMAIL).select_related("profile").defer("context")
    for candidate in (metadata.get("delivery"), str(event.message_id or "").strip("<>").partition("@")[0]):
        try:
            uid = uuid.UUID(str(candidate))
        except ValueError:
            continue
        if found := rows.filter(uid=uid).first():
            return found
    if not event.message_id or not event.recipient:
        return None
    given = {"provider_id": str(event.message_id)[:200], "profile__email_key": email_key(str(event.recipient))}
    return rows.filter(**given).order_by("-id").first()


def is_soft(event: AnymailTrackingEvent) -> bool:
    """Tell whether a bounce is one for now only: its reason, its code or the provider's own word say so."""
    words = set(_words(event.esp_event))
    if words & _SOFT_WORDS or _SOFT_CODE.match(str(event.mta_response or "").strip()):
        return True
    return event.reject_reason not in _GONE and not words & _HARD_WORDS


def _words(raw: Any, depth: int = 0) -> Iterator[str]:
    """List the values of a provider's own report, and of what is nested in it."""
    for name, value in raw.items() if isinstance(raw, Mapping) and depth < 3 else ():
        if isinstance(value, str):
            yield value.lower()
        elif name == "hard_bounce" and isinstance(value, bool):
            yield "hard" if value else "soft"
        yield from _words(value, depth + 1)


def _bounced(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    soft = is_soft(event)
    if not soft:
        suppress([_address(event, delivery)], reason=Reason.HARD_BOUNCE)
    _note(event, delivery, once, Kind.SOFT_BOUNCE if soft else Kind.HARD_BOUNCE)


def _rejected(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    """Take what the provider did not even try: mostly for an address on its own list."""
    if event.reject_reason == RejectReason.UNSUBSCRIBED:
        _unsubscribed(event, delivery, once)
    elif event.reject_reason in _GONE:
        suppress([_address(event, delivery)], reason=Reason.HARD_BOUNCE)
    elif event.reject_reason == RejectReason.SPAM:
        suppress([_address(event, delivery)], reason=Reason.COMPLAINT)
    _note(event, delivery, once, Kind.REFUSED)


def _complained(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    suppress([_address(event, delivery)], reason=Reason.COMPLAINT)
    _note(event, delivery, once, Kind.COMPLAINT)


def _delivered(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    _note(event, delivery, once, Kind.DELIVERED)


def _deferred(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    _note(event, delivery, once, Kind.SOFT_BOUNCE)


def _accepted(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    """Take that the provider has it: nothing new, but for a message of which nobody knew."""
    if delivery is not None:
        Delivery.objects.filter(pk=delivery.pk, status=Status.UNKNOWN).update(status=Status.SENT, reason="")


def _unsubscribed(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    if delivery is not None:
        unsubscribe(delivery)


def _opened(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    if delivery is not None:
        record_open(delivery.pk, agent=event.user_agent or "", occurred_at=_at(event), once=once)


def _clicked(event: AnymailTrackingEvent, delivery: Delivery | None, once: str) -> None:
    """Take a click, unless the provider only wrapped a link of ours: that one comes to us by itself."""
    url = str(event.click_url or "")
    if delivery is not None and is_web(url) and not url.startswith(settings.SITE_URL + CLICKS):
        record_click(delivery.pk, url, agent=event.user_agent or "", occurred_at=_at(event), once=once)


_TAKERS: dict[str, Callable[[AnymailTrackingEvent, Delivery | None, str], None]] = {
    EventType.QUEUED: _accepted,
    EventType.SENT: _accepted,
    EventType.DELIVERED: _delivered,
    EventType.DEFERRED: _deferred,
    EventType.BOUNCED: _bounced,
    EventType.REJECTED: _rejected,
    EventType.FAILED: _rejected,
    EventType.COMPLAINED: _complained,
    EventType.UNSUBSCRIBED: _unsubscribed,
    EventType.OPENED: _opened,
    EventType.CLICKED: _clicked,
}


def _note(event: AnymailTrackingEvent, delivery: Delivery | None, once: str, kind: str) -> None:
    if delivery is not None:
        said = str(event.mta_response or event.description or "")
        record_heard(delivery, [Heard(kind, said, "", False, _at(event), once)])


def _address(event: AnymailTrackingEvent, delivery: Delivery | None) -> str:
    return delivery.recipient if delivery is not None else str(event.recipient or "")


def _at(event: AnymailTrackingEvent) -> datetime | None:
    at = event.timestamp
    return at if isinstance(at, datetime) and at.tzinfo is not None else None


def _once(event: AnymailTrackingEvent, esp_name: str) -> str:
    """Return what a report is known by: its id, else all that tells it from another."""
    own = (event.event_id,) if event.event_id else (event.message_id, event.recipient, event.timestamp, event.click_url)
    told = "\0".join(str(part) for part in (esp_name, event.event_type, *own))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
