"""Whatever the other side answers ends in a clear error or a repetition, and what goes elsewhere leaves meanwhile."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from actions.integrations import make_target
from actions.models import Delivery
from actions.models.delivery import Status
from actions.sending import deliver
from crm import clock
from tests.actions.http_sink import HttpSink, running_http_sink
from tests.actions.smtp_sink import Sink
from tests.factories.deliveries import a_call, a_delivery, a_profile
from tests.factories.integrations import a_brevo, a_brevo_call, a_twilio, a_whatsapp, a_whatsapp_message, an_sms

pytestmark = pytest.mark.django_db
MARKETING = {"purpose": "marketing", "consents": ["NewsEmail"]}
HUGE = b'{"id": "' + b"x" * 3_000_000 + b'"}'
#: sends of one kind are unknown where nobody can know, those of the other are repeated under the same id
ONCE, REPEATED = "once", "repeated"


def _webhook(url: str) -> Delivery:
    return a_call(make_target(name="Shop", url=f"{url}/hook")[0])


def _twilio(url: str) -> Delivery:
    a_twilio(url)
    return an_sms()


def _meta(url: str) -> Delivery:
    a_whatsapp(url)
    return a_whatsapp_message()


def _contact(url: str) -> Delivery:
    a_brevo(url)
    return a_brevo_call("contact")


def _template(url: str) -> Delivery:
    a_brevo(url)
    return a_brevo_call("template", template=12, rules=MARKETING)


Provider = tuple[Callable[[str], Delivery], str, str]
#: how a delivery of it is made, the path it calls, what becomes of what nobody can know
PROVIDERS: dict[str, Provider] = {
    "webhook": (_webhook, "/hook", REPEATED),
    "twilio": (_twilio, "/2010-04-01/Accounts/AC123/Messages.json", ONCE),
    "meta": (_meta, "/555/messages", ONCE),
    "brevo_contact": (_contact, "/contacts", REPEATED),
    "brevo_template": (_template, "/smtp/email", REPEATED),
}
FINAL = [400, 401, 403, 404]
TEMPORARY = [408, 429, 500, 503]
BODIES = {"empty": b"", "nonsense": b"<html>\x00\xff nonsense", "list": b"[1]", "deep": b"[" * 50_000, "huge": HUGE}


def answered(
    sink: HttpSink, name: str, status: int, *, body: bytes = b"", wait: float = 0, **headers: str
) -> tuple[Delivery, Delivery]:
    """Return a delivery by a provider that answers so, and one that leaves by another way meanwhile."""
    make, path, _else = PROVIDERS[name]
    sink.answers[path] = (status, {each.replace("_", "-"): value for each, value in headers.items()}, wait)
    sink.bodies[path] = body
    delivery = make(sink.url(""))
    neighbour = a_call(make_target(name="Other", url=sink.url("/fine", "localhost"))[0])
    deliver("http", 10)
    delivery.refresh_from_db()
    neighbour.refresh_from_db()
    return delivery, neighbour


def unknown(name: str) -> str:
    return Status.UNKNOWN if PROVIDERS[name][2] == ONCE else Status.PLANNED


@pytest.mark.parametrize("body", [b"", BODIES["nonsense"], HUGE], ids=["empty", "nonsense", "huge"])
@pytest.mark.parametrize("status", [*FINAL, *TEMPORARY])
@pytest.mark.parametrize("name", PROVIDERS)
def test_an_error_is_final_or_is_tried_again(http_sink: HttpSink, name: str, status: int, body: bytes) -> None:
    delivery, neighbour = answered(http_sink, name, status, body=body)
    assert delivery.status == (Status.FAILED if status in FINAL else Status.PLANNED)
    assert str(status) in delivery.reason
    assert len(delivery.reason) <= 500
    assert delivery.attempts == 1
    assert neighbour.status == Status.SENT


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_success_that_says_nothing_is_one_only_for_who_need_not_say_anything(
    http_sink: HttpSink, name: str, body: str
) -> None:
    delivery, neighbour = answered(http_sink, name, 200, body=BODIES[body])
    assert delivery.status == (Status.SENT if name == "webhook" else unknown(name))
    assert neighbour.status == Status.SENT
    if delivery.status != Status.SENT:
        assert "makes no sense" in delivery.reason


@pytest.mark.parametrize("is_date", [False, True], ids=["seconds", "date"])
@pytest.mark.parametrize("name", PROVIDERS)
def test_the_time_that_it_asks_for_is_waited(http_sink: HttpSink, name: str, is_date: bool) -> None:
    at = datetime.now(UTC) + timedelta(minutes=30)
    delivery, _neighbour = answered(http_sink, name, 429, Retry_After=format_datetime(at, True) if is_date else "1800")
    assert delivery.due_at is not None
    assert abs(delivery.due_at - at) < timedelta(seconds=30)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "9" * 40, "Mon, 99 Foo 2026 00:00:00 GMT"])
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_time_that_is_none_is_not_waited(http_sink: HttpSink, name: str, nonsense: str) -> None:
    delivery, _neighbour = answered(http_sink, name, 429, Retry_After=nonsense)
    assert delivery.due_at is not None
    assert timedelta(0) < delivery.due_at - clock.now() < timedelta(minutes=2)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_connection_that_is_closed_is_unknown_or_tried_again(http_sink: HttpSink, name: str) -> None:
    delivery, neighbour = answered(http_sink, name, 201, wait=-0.01)
    assert (delivery.status, bool(delivery.reason)) == (unknown(name), True)
    assert neighbour.status == Status.SENT


@pytest.mark.parametrize("name", PROVIDERS)
def test_who_is_not_there_is_tried_again(http_sink: HttpSink, name: str) -> None:
    delivery = PROVIDERS[name][0]("http://127.0.0.1:1")
    deliver("http", 10)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (Status.PLANNED, 1)
    assert "No connection" in delivery.reason


@pytest.mark.usefixtures("http_sink")
def test_who_answers_after_a_minute_is_not_waited_for() -> None:
    deliveries: dict[str, Delivery] = {}
    with ExitStack() as stack:
        for name in ("webhook", "twilio", "meta", "brevo_template"):
            make, path, _else = PROVIDERS[name]
            slow = stack.enter_context(running_http_sink())
            slow.answers[path] = (201, {}, 60)
            deliveries[name] = make(slow.url(""))
        began = time.monotonic()
        deliver("http", 10)
        assert time.monotonic() - began < 30
    for name, delivery in deliveries.items():
        delivery.refresh_from_db()
        assert (delivery.status, "no answer came in time" in delivery.reason) == (unknown(name), True)


#: what an SMTP server does at a stage of a message → how it ends; 421 and a close lose the connection besides
MAIL: list[tuple[str, str, str]] = [
    *(("rcpt", answer, Status.PLANNED) for answer in ("421 bye", "450 later", "452 full", "530 log in", "close")),
    *(("rcpt", answer, Status.FAILED) for answer in ("550 no such user", "553 what", "554 no")),
    ("rcpt", "nonsense", Status.PLANNED),
    ("data", "451 later", Status.PLANNED),
    ("data", "554 no", Status.FAILED),
    ("data", "close", Status.PLANNED),
    ("end", "452 full", Status.PLANNED),
    ("end", "554 spam", Status.FAILED),
    ("end", "close", Status.UNKNOWN),
    ("end", "nonsense", Status.UNKNOWN),
    ("end", "550 " + "x" * 5000, Status.FAILED),
]


@pytest.mark.parametrize(("stage", "answer", "ends"), MAIL)
def test_whatever_a_mail_server_does_at_one_message_the_others_leave(
    sink: Sink, stage: str, answer: str, ends: str
) -> None:
    rows: list[Any] = [a_delivery(a_profile(f"{name}@example.com")) for name in ("before", "bad", "after")]
    sink.behaviour["bad@example.com"] = (stage, answer)
    deliver("mail", 10)
    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == [Status.SENT, ends, Status.SENT]
    assert rows[1].reason
    assert len(rows[1].reason) <= 500
