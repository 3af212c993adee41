"""Brevo's API v3, against a server that checks what it is sent (A4)."""

import json
from datetime import timedelta

import pytest

from actions.models import Delivery
from actions.models.delivery import Status
from actions.sending import deliver, sweep
from crm import clock
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import NOON, a_profile
from tests.factories.integrations import a_brevo, a_brevo_call

pytestmark = pytest.mark.django_db
CONTACTS, MAIL = "/contacts", "/smtp/email"
MARKETING = {"purpose": "marketing", "consents": ["NewsEmail"]}


def answer(sink: HttpSink, path: str, status: int, body: object = b"", **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sink.answers[path] = (status, named, 0)
    sink.bodies[path] = body if isinstance(body, bytes) else json.dumps(body).encode()


def sent(delivery: Delivery) -> Delivery:
    deliver("http", 10)
    delivery.refresh_from_db()
    return delivery


def test_a_contact_is_created_or_updated(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 201, {"id": 21})
    texts = {"FIRSTNAME": "{{ profile.first_name }}", "CITY": "{{ profile.city }}"}

    delivery = sent(a_brevo_call("contact", texts=texts, lists=[3, 7]))

    [got] = http_sink.got
    assert (got.method, got.path, got.headers["api-key"]) == ("POST", CONTACTS, "xkeysib-1")
    assert json.loads(got.body) == {
        "email": delivery.recipient,
        "updateEnabled": True,
        "attributes": {"FIRSTNAME": "Zoé"},
        "listIds": [3, 7],
    }
    assert (delivery.status, delivery.provider_id) == (Status.SENT, "21")


def test_an_update_is_answered_without_a_body(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 204)
    assert sent(a_brevo_call("contact", texts={"FIRSTNAME": "Zoé"})).status == Status.SENT


def test_a_contact_is_put_on_a_list(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 204)
    delivery = sent(a_brevo_call("add_to_list", list=3))
    assert json.loads(http_sink.got[0].body) == {"email": delivery.recipient, "listIds": [3], "updateEnabled": True}


@pytest.mark.parametrize("status", [204, 404])
def test_a_contact_is_taken_off_a_list_whether_brevo_knows_it_or_not(http_sink: HttpSink, status: int) -> None:
    a_brevo(http_sink.url(""))
    path = "/contacts/a%2Bb%40example.com?identifierType=email_id"
    answer(http_sink, path, status, {"code": "document_not_found", "message": "Contact does not exist"})
    delivery = sent(a_brevo_call("remove_from_list", list=3, profile=a_profile("a+b@example.com")))
    [got] = http_sink.got
    assert (got.method, got.path, json.loads(got.body)) == ("PUT", path, {"unlinkListIds": [3]})
    assert delivery.status == Status.SENT


def test_a_template_is_sent_under_an_id_that_comes_back(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, MAIL, 201, {"messageId": "<1@smtp-relay>"})
    delivery = a_brevo_call("template", template=12, texts={"name": "{{ profile.first_name }}"}, rules=MARKETING)

    assert sent(delivery).provider_id == "<1@smtp-relay>"

    assert json.loads(http_sink.got[0].body) == {
        "templateId": 12,
        "to": [{"email": delivery.recipient}],
        "params": {"name": "Zoé"},
        "headers": {"idempotencyKey": str(delivery.uid), "X-Mailin-custom": str(delivery.uid)},
    }


def test_a_template_needs_the_consent_of_the_moment(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    profile = a_profile(accepts=())
    delivery = sent(a_brevo_call("template", template=12, rules=MARKETING, profile=profile))
    assert (delivery.status, delivery.reason) == (Status.SKIPPED, "no_consent")
    assert http_sink.got == []


@pytest.mark.parametrize(
    ("status", "body", "ends", "words"),
    [
        (400, {"code": "invalid_parameter", "message": "Invalid"}, Status.FAILED, "Invalid (invalid_parameter)"),
        (401, {"code": "unauthorized", "message": "Key not found"}, Status.FAILED, "refuses our key"),
        (402, {"code": "not_enough_credits", "message": "No credits"}, Status.FAILED, "No credits"),
        (429, {"code": "too_many_requests", "message": "Slow down"}, Status.PLANNED, "Slow down"),
        (500, b"", Status.PLANNED, "500"),
        (502, b"", Status.PLANNED, "502"),
        (200, b"<html>nonsense", Status.PLANNED, "makes no sense"),
    ],
)
def test_an_answer_decides(http_sink: HttpSink, status: int, body: object, ends: str, words: str) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, status, body)
    delivery = sent(a_brevo_call("add_to_list", list=3))
    assert delivery.status == ends
    assert words in delivery.reason


@pytest.mark.parametrize("header", ["Retry_After", "x_sib_ratelimit_reset"])
def test_the_end_of_the_rate_limit_is_awaited(http_sink: HttpSink, header: str) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 429, b"", **{header: "900"})
    with clock.at(NOON):
        delivery = sent(a_brevo_call("add_to_list", list=3))
    assert delivery.due_at == NOON + timedelta(minutes=15)


def test_no_answer_is_repeated_with_the_same_id_as_long_as_brevo_knows_it(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    http_sink.answers[MAIL] = (201, {}, -0.01)
    now = NOON
    delivery = a_brevo_call("template", template=12, rules=MARKETING, planned_at=now, due_at=now)
    for minutes in (0, 0.6, 2.9, 13.95, 120):
        with clock.at(now + timedelta(minutes=minutes)):
            sent(delivery)
    assert delivery.status == Status.UNKNOWN
    assert len(http_sink.got) == 4
    assert len({json.loads(got.body)["headers"]["idempotencyKey"] for got in http_sink.got}) == 1


def test_after_an_outage_what_may_have_been_sent_is_unknown_and_not_repeated(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, MAIL, 201, {"messageId": "<1@smtp-relay>"})
    begun, ended = clock.now() - timedelta(minutes=20), clock.now() - timedelta(minutes=1)
    for died_at in (begun, ended):
        a_brevo_call("template", template=12, rules=MARKETING, status=Status.SENDING, leased_until=died_at)
    never_tried = a_brevo_call("template", template=12, rules=MARKETING, status=Status.LEASED, leased_until=begun)

    sweep()
    while deliver("http", 10):
        pass

    found = dict(Delivery.objects.order_by("pk").values_list("pk", "status"))
    assert list(found.values()) == [Status.UNKNOWN, Status.SENT, Status.SENT]
    assert found[never_tried.pk] == Status.SENT
    assert len(http_sink.got) == 2
    assert "may have sent it" in Delivery.objects.earliest("pk").reason


def test_a_contact_is_repeated_after_any_outage_since_twice_does_no_harm(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 204)
    a_brevo_call("contact", status=Status.SENDING, leased_until=clock.now() - timedelta(days=1))
    sweep()
    deliver("http", 10)
    assert Delivery.objects.get().status == Status.SENT


def test_a_repetition_that_brevo_refuses_for_its_key_was_sent_before(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, MAIL, 400, {"code": "duplicate_parameter", "message": "idempotency key is used"})
    delivery = a_brevo_call("template", template=12, rules=MARKETING, attempts=1, unsure_since=clock.now())
    assert sent(delivery).status == Status.SENT


def test_what_is_duplicate_of_a_contact_is_an_error(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    answer(http_sink, CONTACTS, 400, {"code": "duplicate_parameter", "message": "SMS is already associated"})
    assert sent(a_brevo_call("contact")).status == Status.FAILED


def test_an_address_that_changed_since_is_left_alone(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""))
    delivery = sent(a_brevo_call("add_to_list", list=3, recipient="former@example.com"))
    assert (delivery.status, delivery.reason) == (Status.SKIPPED, "address_changed")


def test_switched_off_it_skips(http_sink: HttpSink) -> None:
    a_brevo(http_sink.url(""), is_active=False)
    assert sent(a_brevo_call("add_to_list", list=3)).reason == "integration_off"
