"""What Meta tells of WhatsApp messages, and what people answer (Meta: Cloud API, Webhooks, Components)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions.channels.provider_answers import text_in
from actions.replies import take_replies
from actions.reports import PIECE, Report, deliveries_named, instant, note_reports
from crm import db

STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}


def take_states(said: Any) -> None:
    """Keep the states in a notification: entry → changes → value → statuses; piece by piece, however many there are."""
    for statuses in db.batches(_each(said, "entry", "changes", "value", "statuses"), PIECE):
        note_reports(_reports_in(statuses))


def take_answers(said: Any) -> None:
    """Hear STOP, written or by a button of a template."""
    messages = _each(said, "entry", "changes", "value", "messages")
    take_replies(((f"+{text_in(message, 'from')}", _text_of(message)) for message in messages), channel="whatsapp")


def _reports_in(statuses: Sequence[Mapping[str, Any]]) -> list[Report]:
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


def _text_of(message: Mapping[str, Any]) -> str:
    return text_in(message, "text", "body") or text_in(message, "button", "text")


def _each(found: Any, *path: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for item in found:
            yield from _each(item, *path)
    elif isinstance(found, Mapping):
        if path:
            yield from _each(found.get(path[0]), *path[1:])
        else:
            yield found
