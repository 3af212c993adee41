"""What providers tell us: states, STOP, events; each signed as its documents say."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from actions.integrations.callbacks import callback_url
from actions.models import Delivery, DeliveryReport, Integration, SpamAlarm, Suppression, Track
from actions.replies import is_stop
from crm import clock
from crm.models import Consent, ConsentDefinition, Profile
from tests.factories.deliveries import a_definition
from tests.factories.integrations import (
    MOBILE,
    a_brevo,
    a_brevo_call,
    a_mobile_profile,
    a_twilio,
    a_whatsapp,
    a_whatsapp_message,
    an_sms,
)

pytestmark = pytest.mark.django_db


def from_twilio(client: Client, row: Integration, what: str, query: str = "", **fields: str) -> int:
    """Post as Twilio does: signed over the address and the sorted fields."""
    address = callback_url(row, what) + query
    signed = address + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    mac = hmac.new(b"twilio-token", signed.encode(), hashlib.sha1).digest()
    return client.post(address, fields, headers={"X-Twilio-Signature": base64.b64encode(mac).decode()}).status_code


def from_meta(client: Client, row: Integration, body: Any) -> int:
    raw = json.dumps(body).encode()
    signature = "sha256=" + hmac.new(b"app-secret", raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature}
    address = callback_url(row, "status")
    return client.post(address, raw, content_type="application/json", headers=headers).status_code


def from_brevo(client: Client, row: Integration, body: Any) -> int:
    headers = {"Authorization": "Bearer brevo-calls"}
    address = callback_url(row, "events")
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers).status_code


def states(delivery: Delivery) -> list[tuple[str, str]]:
    return list(DeliveryReport.objects.filter(delivery=delivery).order_by("id").values_list("state", "code"))


def meta_status(delivery: Delivery, status: str, **more: Any) -> dict[str, Any]:
    told = {"id": "wamid.1", "status": status, "timestamp": "1772452800", "recipient_id": "33612345678", **more}
    value = {"messaging_product": "whatsapp", "statuses": [{**told, "biz_opaque_callback_data": str(delivery.uid)}]}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def status_of(profile: Profile, name: str) -> str:
    return str(Consent.objects.get(profile=profile, definition__name=name).status)


def test_states_of_an_sms_are_kept_once(client: Client) -> None:
    row, delivery = a_twilio(), an_sms()
    query = f"?delivery={delivery.uid}"
    for status in ("queued", "sent", "delivered", "delivered"):
        assert from_twilio(client, row, "status", query, MessageSid="SM1", MessageStatus=status) == 200
    from_twilio(client, row, "status", query, MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30005")
    assert states(delivery) == [("sent", ""), ("delivered", ""), ("failed", "30005")]


def test_a_state_that_was_tampered_with_is_refused(client: Client) -> None:
    row, delivery = a_twilio(), an_sms()
    address = callback_url(row, "status") + f"?delivery={delivery.uid}"
    headers = {"X-Twilio-Signature": base64.b64encode(b"x" * 20).decode()}
    assert client.post(address, {"MessageStatus": "delivered"}, headers=headers).status_code == 403
    assert states(delivery) == []


@pytest.mark.parametrize("query", ["", "?delivery=", "?delivery=nonsense", "?delivery=" + "0" * 32])
def test_a_state_of_nothing_of_ours_changes_nothing(client: Client, query: str) -> None:
    assert from_twilio(client, a_twilio(), "status", query, MessageStatus="delivered") == 200
    assert not DeliveryReport.objects.exists()


@pytest.mark.parametrize("text", ["STOP", "stop", " Stop. ", "Arrêt", "STOP au 36180", "unsubscribe"])
def test_stop_refuses_the_consent_for_sms(client: Client, text: str) -> None:
    definition = a_definition("NewsSms")
    ConsentDefinition.objects.filter(pk=definition.pk).update(channels=["sms"])
    profile = a_mobile_profile(accepts=("NewsSms", "NewsEmail"))
    assert from_twilio(client, a_twilio(), "reply", From=MOBILE, To="+33700000000", Body=text) == 200
    assert status_of(profile, "NewsSms") == "refused"
    assert status_of(profile, "NewsEmail") == "accepted"


def test_stop_refuses_the_grounds_on_which_marketing_was_sent(client: Client) -> None:
    profile = a_mobile_profile(accepts=("News",))
    an_sms(profile=profile, rules={"purpose": "marketing", "consents": ["News"]})
    from_twilio(client, a_twilio(), "reply", From=MOBILE, Body="whatever", OptOutType="STOP")
    assert status_of(profile, "News") == "refused"
    assert Consent.objects.get(profile=profile).source == "sms_stop"


@pytest.mark.parametrize("text", ["", "Don't stop", "Thanks", "🛑", "\x00"])
def test_anything_else_is_left_alone(text: str) -> None:
    assert not is_stop(text)


def test_stop_of_a_stranger_or_of_nonsense_changes_nothing(client: Client) -> None:
    row = a_twilio()
    for sender in ("", "nonsense", "+33699999999"):
        assert from_twilio(client, row, "reply", From=sender, Body="STOP") == 200


def test_meta_is_shaken_hands_with(client: Client) -> None:
    address = callback_url(a_whatsapp(), "status")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    assert client.get(address, asked).content == b"1158201444"
    assert client.get(address, {**asked, "hub.verify_token": "wrong"}).status_code == 403
    assert client.get(address, {**asked, "hub.mode": "other"}).status_code == 403


def test_states_of_a_whatsapp_message_are_kept(client: Client) -> None:
    row, delivery = a_whatsapp(), a_whatsapp_message()
    for status in ("sent", "delivered", "read"):
        assert from_meta(client, row, meta_status(delivery, status)) == 200
    failed = [{"code": 131049, "title": "Not delivered", "error_data": {"details": "healthy ecosystem"}}]
    from_meta(client, row, meta_status(delivery, "failed", errors=failed))
    assert states(delivery) == [("sent", ""), ("delivered", ""), ("read", ""), ("failed", "131049")]
    assert DeliveryReport.objects.last().detail == "healthy ecosystem"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said", [{"text": {"body": "Stop"}}, {"button": {"text": "STOP promotions", "payload": "x"}, "type": "button"}]
)
def test_stop_by_whatsapp_refuses_its_grounds(client: Client, said: dict[str, Any]) -> None:
    delivery = a_whatsapp_message()
    value = {"messages": [{"from": "33612345678", "id": "wamid.2", "timestamp": "1772452800", **said}]}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}
    assert from_meta(client, a_whatsapp(), body) == 200
    assert status_of(delivery.profile, "NewsSms") == "refused"


@pytest.mark.parametrize(
    "body", [None, 1, [], {"entry": "x"}, {"entry": [{"changes": [{"value": {"statuses": [1]}}]}]}]
)
def test_a_notification_without_states_changes_nothing(client: Client, body: Any) -> None:
    assert from_meta(client, a_whatsapp(), body) == 200


def test_events_of_brevo_are_kept(client: Client) -> None:
    row, delivery = a_brevo(), a_brevo_call("template", template=12)
    event = {"email": delivery.recipient, "X-Mailin-custom": str(delivery.uid), "ts_event": 1772452800}
    batch = [{**event, "event": name} for name in ("request", "delivered", "proxy_open", "unique_opened")]
    assert from_brevo(client, row, batch) == 200
    assert from_brevo(client, row, {**event, "event": "click", "link": "https://shop.example"}) == 200
    kept = [("sent", "request"), ("delivered", "delivered"), ("read", "unique_opened"), ("clicked", "click")]
    assert states(delivery) == kept


@pytest.mark.parametrize("name", ["hard_bounce", "spam"])
def test_a_hard_bounce_and_a_complaint_suppress_the_address(client: Client, name: str) -> None:
    row, delivery = a_brevo(), a_brevo_call("template", template=12)
    from_brevo(client, row, {"event": name, "X-Mailin-custom": str(delivery.uid)})
    assert Suppression.objects.get().address == delivery.recipient


def test_who_unsubscribes_in_brevo_refuses_the_ground_of_the_message(client: Client) -> None:
    rules = {"purpose": "marketing", "consents": ["NewsEmail"]}
    row, delivery = a_brevo(), a_brevo_call("template", template=12, rules=rules)
    from_brevo(client, row, {"event": "unsubscribed", "X-Mailin-custom": str(delivery.uid)})
    assert status_of(delivery.profile, "NewsEmail") == "refused"


@pytest.mark.parametrize("body", [None, 7, ["x"], {"event": ["x"]}, {"event": "spam", "X-Mailin-custom": "nonsense"}])
def test_an_event_of_nothing_of_ours_changes_nothing(client: Client, body: Any) -> None:
    assert from_brevo(client, a_brevo(), body) == 200
    assert not DeliveryReport.objects.exists()


def test_more_events_than_fit_one_piece_are_all_taken(client: Client, django_assert_max_num_queries: Any) -> None:
    row = a_brevo()
    deliveries = [a_brevo_call("template", template=12) for _ in range(3)]
    event = {"event": "click", "ts_event": 1772452800}
    batch = [
        {**event, "X-Mailin-custom": str(deliveries[number % 3].uid), "link": f"https://shop.example/{number}"}
        for number in range(1300)
    ]
    with django_assert_max_num_queries(40):
        assert from_brevo(client, row, batch) == 200
    assert DeliveryReport.objects.count() == 1300


def test_a_call_that_is_larger_than_any_form_may_be_is_taken(client: Client) -> None:
    row, delivery = a_brevo(), a_brevo_call("template", template=12)
    event = {"event": "click", "X-Mailin-custom": str(delivery.uid), "padding": "x" * 3_000_000}
    assert from_brevo(client, row, [event]) == 200
    assert DeliveryReport.objects.count() == 1


def test_complaints_that_brevo_reports_raise_the_spam_alarm_once(client: Client) -> None:
    row = a_brevo()
    rules = {"purpose": "marketing", "consents": ["NewsEmail"]}
    now = clock.now()
    sent = [
        a_brevo_call("template", template=12, rules=rules, status="sent", ended_at=now, due_at=None) for _ in range(5)
    ]
    events = [{"event": "spam", "X-Mailin-custom": str(each.uid), "ts_event": 1772452800} for each in sent[:3]]
    assert from_brevo(client, row, events[:2]) == 200
    assert not SpamAlarm.objects.exists()
    for _ in range(2):
        assert from_brevo(client, row, events) == 200
    assert [(alarm.complaints, alarm.sent) for alarm in SpamAlarm.objects.all()] == [(3, 5)]
    assert Track.objects.filter(kind="complaint").count() == 3
    assert {Suppression.objects.get(address=each.recipient).reason for each in sent[:3]} == {"complaint"}


def test_a_hard_bounce_that_brevo_reports_counts_in_the_figures(client: Client) -> None:
    row, delivery = a_brevo(), a_brevo_call("template", template=12)
    event = {"event": "hard_bounce", "X-Mailin-custom": str(delivery.uid), "reason": "no such user"}
    for _ in range(2):
        from_brevo(client, row, event)
    assert [(track.kind, track.why) for track in Track.objects.all()] == [("hard_bounce", "no such user")]
