"""What Meta tells of WhatsApp messages, and what people answer (Meta: Cloud API, Webhooks, Components)."""

from collections.abc import Iterator, Mapping
from typing import Any

from actions.channels.provider_answers import text_in
from actions.replies import take_reply
from actions.reports import Report, deliveries_named, instant

STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}


def reports_in(said: Any) -> list[Report]:
    """Find the states in a notification: entry → changes → value → statuses; one query for all deliveries."""
    statuses = list(_each(said, "entry", "changes", "value", "statuses"))
    named = deliveries_named((text_in(each, "biz_opaque_callback_data") for each in statuses), channel="whatsapp")
    reports = []
    for status in statuses:
        delivery = named.get(text_in(status, "biz_opaque_callback_data"))
        state = STATES.get(text_in(status, "status"))
        if delivery is not None and state:
            detail = text_in(status, "errors", 0, "error_data", "details") or text_in(status, "errors", 0, "title")
            code = text_in(status, "errors", 0, "code")
            reports.append(Report(delivery, state, code=code, detail=detail, at=instant(text_in(status, "timestamp"))))
    return reports


def take_replies(said: Any) -> None:
    """Hear STOP, written or by a button of a template."""
    for message in _each(said, "entry", "changes", "value", "messages"):
        text = text_in(message, "text", "body") or text_in(message, "button", "text")
        take_reply(f"+{text_in(message, 'from')}", text, channel="whatsapp")


def _each(found: Any, *path: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for item in found:
            yield from _each(item, *path)
    elif isinstance(found, Mapping):
        if path:
            yield from _each(found.get(path[0]), *path[1:])
        else:
            yield found
