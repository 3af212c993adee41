"""SMS by Twilio, against a server that checks what it is sent, and into the mailbox while nothing is set up (A2)."""

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.channels.sms import SmsChannel
from actions.models import Delivery, MailboxMessage
from actions.models.delivery import Status
from actions.sending import deliver, sweep
from crm import clock
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import NOON
from tests.factories.integrations import MOBILE, a_mobile_profile, a_twilio, an_sms

pytestmark = pytest.mark.django_db
PATH = "/2010-04-01/Accounts/AC123/Messages.json"


def answer(sink: HttpSink, status: int, body: object, headers: dict[str, str] | None = None, wait: float = 0) -> None:
    sink.answers[PATH] = (status, headers or {}, wait)
    sink.bodies[PATH] = body if isinstance(body, bytes) else json.dumps(body).encode()


def sent(delivery: Delivery) -> Delivery:
    deliver("http", 10)
    delivery.refresh_from_db()
    return delivery


def test_the_request_is_as_twilio_documents_it(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, 201, {"sid": "SM1", "status": "queued"})

    delivery = sent(an_sms("Hello {{ profile.first_name }} & co €"))

    [got] = http_sink.got
    form = {name: values[0] for name, values in parse_qs(got.body.decode()).items()}
    assert (got.method, got.path) == ("POST", PATH)
    assert got.headers["content-type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(got.headers["authorization"].removeprefix("Basic ")) == b"AC123:twilio-token"
    assert form["To"] == MOBILE
    assert form["From"] == "+33700000000"
    assert form["Body"] == "Hello Zoé & co €\nSTOP"
    assert form["StatusCallback"].startswith("http://testserver/callbacks/")
    assert form["StatusCallback"].endswith(f"?delivery={delivery.uid}")
    assert (delivery.status, delivery.provider_id) == (Status.SENT, "SM1")
    assert delivery.subject == "Hello Zoé & co € STOP"


def test_a_messaging_service_sends_in_the_place_of_a_number(http_sink: HttpSink) -> None:
    service = "MG" + "0" * 32
    a_twilio(http_sink.url(""), sender=service)
    answer(http_sink, 201, {"sid": "SM1"})
    sent(an_sms())
    form = parse_qs(http_sink.got[0].body.decode())
    assert form["MessagingServiceSid"] == [service]
    assert "From" not in form


def test_a_service_message_says_nothing_of_stopping(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, 201, {"sid": "SM1"})
    sent(an_sms("Your parcel left", rules={"purpose": "service", "consents": ["NewsSms"]}))
    assert parse_qs(http_sink.got[0].body.decode())["Body"] == ["Your parcel left"]


@pytest.mark.parametrize(
    ("status", "body", "ends", "words"),
    [
        (400, {"code": 21211, "message": "Invalid 'To'"}, Status.FAILED, "Invalid 'To' (21211)"),
        (400, {"code": 21610, "message": "Unsubscribed"}, Status.SKIPPED, "Unsubscribed (21610)"),
        (400, {"code": 14107, "message": "Rate"}, Status.PLANNED, "Rate (14107)"),
        (401, {"code": 20003, "message": "Authenticate"}, Status.FAILED, "refuses our key"),
        (404, b"", Status.FAILED, "404"),
        (429, {"code": 20429, "message": "Too many"}, Status.PLANNED, "429"),
        (500, b"<html>", Status.PLANNED, "500"),
        (503, b"", Status.PLANNED, "503"),
        (502, b"", Status.UNKNOWN, "502"),
        (504, b"", Status.UNKNOWN, "504"),
        (200, b"<html>nonsense", Status.UNKNOWN, "makes no sense"),
        (201, b"[" * 10_000, Status.UNKNOWN, "makes no sense"),
        (201, {"sid": None}, Status.UNKNOWN, "makes no sense"),
        (301, b"", Status.FAILED, "301"),
    ],
)
def test_an_answer_decides(http_sink: HttpSink, status: int, body: object, ends: str, words: str) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, status, body)
    delivery = sent(an_sms())
    assert delivery.status == ends
    assert words in delivery.reason


def test_retry_after_is_heeded(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, 429, {}, {"Retry-After": "1800"})
    with clock.at(NOON):
        delivery = sent(an_sms())
    assert delivery.due_at == NOON + timedelta(minutes=30)


def test_what_nobody_can_know_is_shown_and_not_repeated(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, 201, {"sid": "SM1"}, wait=-0.01)  # it takes the message and says nothing
    with clock.at(NOON):
        delivery = sent(an_sms())
        assert delivery.status == Status.UNKNOWN
    with clock.at(NOON + timedelta(days=1)):
        sweep()
        assert sent(delivery).status == Status.UNKNOWN
    assert len(http_sink.got) == 1


def test_one_bad_text_leaves_its_neighbours_alone(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""))
    answer(http_sink, 201, {"sid": "SM1"})
    bad = an_sms("{% for x in (1..100000000) %}{% endfor %}")
    empty = an_sms("{{ data.nothing }}", rules={"purpose": "service", "consents": ["NewsSms"]})
    good = an_sms()
    assert sent(good).status == Status.SENT
    bad.refresh_from_db()
    empty.refresh_from_db()
    assert (bad.status, empty.status, empty.reason) == (Status.FAILED, Status.FAILED, "empty")


def test_without_a_provider_it_lands_in_the_mailbox() -> None:
    delivery = sent(an_sms(rules={"purpose": "service", "consents": ["NewsSms"]}))
    message = MailboxMessage.objects.get()
    assert (message.channel, message.recipient, message.text) == ("sms", MOBILE, "Hello Zoé")
    assert message.message_id == str(delivery.uid)
    assert delivery.status == Status.SENT


def test_a_provider_that_is_switched_off_skips(http_sink: HttpSink) -> None:
    a_twilio(http_sink.url(""), is_active=False)
    delivery = sent(an_sms())
    assert (delivery.status, delivery.reason) == (Status.SKIPPED, "integration_off")
    assert not MailboxMessage.objects.exists()
    assert http_sink.got == []


def test_a_full_provider_keeps_no_other_channel_waiting(http_sink: HttpSink) -> None:
    from actions.sending.http import hosts
    from actions.sending.leases import Lease
    from tests.factories.integrations import a_brevo_call

    an_sms()
    call = a_brevo_call("add_to_list", list=3)
    hosts["twilio.example"].channels.add("sms")
    with Lease() as lease:
        assert [row.pk for row in lease.take("http", 10, not_on=hosts["twilio.example"].channels)] == [call.pk]
        lease.give_back()


def test_texts_take_as_many_queries_to_prepare_for_one_as_for_ten() -> None:
    a_twilio()
    rows = [an_sms(f"Text {number}", a_mobile_profile()) for number in range(10)]
    counts = []
    for few in (rows[:1], rows[1:2], rows[2:]):
        with CaptureQueriesContext(connection) as queries:
            SmsChannel().prepare_many(list(Delivery.objects.filter(pk__in=[row.pk for row in few])))
        counts.append(len(queries))
    assert counts[1] == counts[2]
