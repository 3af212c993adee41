"""WhatsApp by Meta's Cloud API, against a server that checks what it is sent (A3)."""

import json
from datetime import timedelta

import pytest

from actions.models import Delivery, MailboxMessage
from actions.models.delivery import Status
from actions.sending import deliver
from crm import clock
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import NOON
from tests.factories.integrations import MOBILE, a_mobile_profile, a_whatsapp, a_whatsapp_message

pytestmark = pytest.mark.django_db
PATH = "/555/messages"
ACCEPTED = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1", "message_status": "accepted"}]}


def answer(sink: HttpSink, status: int, body: object, headers: dict[str, str] | None = None, wait: float = 0) -> None:
    sink.answers[PATH] = (status, headers or {}, wait)
    sink.bodies[PATH] = body if isinstance(body, bytes) else json.dumps(body).encode()


def error(code: int) -> dict[str, object]:
    data = {"messaging_product": "whatsapp", "details": "what is wrong"}
    return {"error": {"message": "(#1) Wrong", "type": "OAuthException", "code": code, "error_data": data}}


def sent(delivery: Delivery) -> Delivery:
    deliver("http", 10)
    delivery.refresh_from_db()
    return delivery


def test_the_request_is_as_meta_documents_it(http_sink: HttpSink) -> None:
    a_whatsapp(http_sink.url(""))
    answer(http_sink, 200, ACCEPTED)

    delivery = sent(a_whatsapp_message())

    [got] = http_sink.got
    assert (got.method, got.path) == ("POST", PATH)
    assert got.headers["authorization"] == "Bearer meta-token"
    assert got.headers["content-type"] == "application/json"
    assert json.loads(got.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": MOBILE,
        "type": "template",
        "template": {
            "name": "welcome_back",
            "language": {"code": "fr"},
            "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "Promo"}]},
                {
                    "type": "body",
                    "parameters": [{"type": "text", "text": "Zoé"}, {"type": "text", "text": "two lines"}],
                },
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "X1"}]},
            ],
        },
        "biz_opaque_callback_data": str(delivery.uid),
    }
    assert (delivery.status, delivery.provider_id, delivery.subject) == (Status.SENT, "wamid.1", "welcome_back")


@pytest.mark.parametrize(
    ("status", "body", "ends", "words"),
    [
        (400, error(132001), Status.FAILED, "what is wrong (132001)"),
        (400, error(131026), Status.FAILED, "(131026)"),
        (400, error(131050), Status.SKIPPED, "(131050)"),
        (400, error(130429), Status.PLANNED, "(130429)"),
        (400, error(131056), Status.PLANNED, "(131056)"),
        (503, error(131016), Status.PLANNED, "(131016)"),
        (500, error(131000), Status.UNKNOWN, "(131000)"),
        (401, error(190), Status.FAILED, "refuses our token"),
        (401, b"", Status.FAILED, "refuses our key"),
        (429, b"", Status.PLANNED, "429"),
        (500, b"", Status.PLANNED, "500"),
        (504, b"", Status.UNKNOWN, "504"),
        (200, b"nonsense", Status.UNKNOWN, "makes no sense"),
        (200, {"messages": [None]}, Status.UNKNOWN, "makes no sense"),
        (400, {"error": {"code": "x" * 50}}, Status.FAILED, "400"),
    ],
)
def test_an_answer_decides(http_sink: HttpSink, status: int, body: object, ends: str, words: str) -> None:
    a_whatsapp(http_sink.url(""))
    answer(http_sink, status, body)
    delivery = sent(a_whatsapp_message())
    assert delivery.status == ends
    assert words in delivery.reason


def test_retry_after_is_heeded(http_sink: HttpSink) -> None:
    a_whatsapp(http_sink.url(""))
    answer(http_sink, 429, error(130429), {"Retry-After": "600"})
    with clock.at(NOON):
        delivery = sent(a_whatsapp_message())
    assert delivery.due_at == NOON + timedelta(minutes=10)


def test_no_answer_is_shown_and_not_repeated(http_sink: HttpSink) -> None:
    a_whatsapp(http_sink.url(""))
    answer(http_sink, 200, ACCEPTED, wait=-0.01)
    with clock.at(NOON):
        delivery = sent(a_whatsapp_message())
    with clock.at(NOON + timedelta(days=1)):
        assert sent(delivery).status == Status.UNKNOWN
    assert len(http_sink.got) == 1


def test_a_parameter_that_would_be_empty_fails_before_it_is_sent(http_sink: HttpSink) -> None:
    a_whatsapp(http_sink.url(""))
    delivery = sent(a_whatsapp_message(a_mobile_profile(first_name="")))
    assert delivery.status == Status.FAILED
    assert "“1”" in delivery.reason
    assert http_sink.got == []


def test_before_it_is_set_up_it_lands_in_the_mailbox() -> None:
    sent(a_whatsapp_message())
    message = MailboxMessage.objects.get()
    assert (message.channel, message.recipient) == ("whatsapp", MOBILE)
    assert "1: Zoé" in message.text


def test_switched_off_it_skips(http_sink: HttpSink) -> None:
    a_whatsapp(http_sink.url(""), is_active=False)
    assert sent(a_whatsapp_message()).reason == "integration_off"
