"""What Meta tells of WhatsApp messages, and what people answer (Meta: Cloud API, Webhooks, Components)."""

from collections.abc import Iterator, Mapping
from typing import Any

from actions.channels.provider_answers import text_in
from actions.replies import take_reply
from actions.reports import Report, delivery_named, instant

STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
MOST = 1000


def reports_in(said: Any) -> Iterator[Report]:
    """Find the states in a notification: entry → changes → value → statuses."""
    for status in _each(said, "entry", "changes", "value", "statuses"):
        delivery = delivery_named(text_in(status, "biz_opaque_callback_data"), channel="whatsapp")
        state = STATES.get(text_in(status, "status"))
        if delivery is not None and state:
            detail = text_in(status, "errors", 0, "error_data", "details") or text_in(status, "errors", 0, "title")
            code = text_in(status, "errors", 0, "code")
            yield Report(delivery, state, code=code, detail=detail, at=instant(text_in(status, "timestamp")))


def take_replies(said: Any) -> None:
    """Hear STOP, written or by a button of a template."""
    for message in _each(said, "entry", "changes", "value", "messages"):
        text = text_in(message, "text", "body") or text_in(message, "button", "text")
        take_reply(f"+{text_in(message, 'from')}", text, channel="whatsapp")


def _each(found: Any, *path: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for item in found[:MOST]:
            yield from _each(item, *path)
    elif isinstance(found, Mapping):
        if path:
            yield from _each(found.get(path[0]), *path[1:])
        else:
            yield found
