"""Reports of two providers, as their documentation gives them, late, twice and in any order."""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from django.test import Client

from actions.models import Delivery, Suppression, Track
from crm.models import Consent
from tests.actions.tracking.reading import PERSON, SHOP, a_sent_one
from triggers.models import Event

pytestmark = pytest.mark.django_db
SECRET, KEY = "declic:s3cret", "signing-key"


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


def post(provider: str, body: Any, secret: str = SECRET) -> Any:
    basic = base64.b64encode(secret.encode()).decode()
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"authorization": f"Basic {basic}"} if secret else {}
    return Client().post(f"/webhooks/email/{provider}/", data, content_type="application/json", headers=headers)


def postmark(kind: str, delivery: Delivery, **fields: Any) -> dict[str, Any]:
    """A report of Postmark; the kinds differ in how they name the recipient and the time."""
    named = {
        "Bounce": {"ID": 901542550, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce", "Inactive": True},
        "SpamComplaint": {"ID": 901542551, "Type": "SpamComplaint", "TypeCode": 512, "Name": "Spam complaint"},
        "Delivery": {"ServerId": 23, "Details": "Test delivery webhook details"},
        "Open": {"FirstOpen": True, "UserAgent": PERSON, "ReadSeconds": 0, "Geo": {}},
        "Click": {"ClickLocation": "HTML", "UserAgent": PERSON, "OriginalLink": SHOP},
        "SubscriptionChange": {"SuppressSending": True, "SuppressionReason": "ManualSuppression"},
    }
    who = "Email" if kind in ("Bounce", "SpamComplaint") else "Recipient"
    at = {"Bounce": "BouncedAt", "SpamComplaint": "BouncedAt", "Delivery": "DeliveredAt"}.get(kind, "ReceivedAt")
    return {
        "RecordType": kind,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        who: delivery.recipient,
        at: "2026-03-01T16:28:50.3963933-04:00",
        "Metadata": {"delivery": str(delivery.uid)},
        **named[kind],
        **fields,
    }


def mailgun(event: str, delivery: Delivery, *, token: str = "a" * 50, **fields: Any) -> dict[str, Any]:
    """A report of Mailgun, signed."""
    signature = hmac.new(KEY.encode(), f"1534108637{token}".encode(), hashlib.sha256).hexdigest()
    headers = {"to": delivery.recipient, "message-id": f"{delivery.uid}@shop.example", "subject": "Sale"}
    return {
        "signature": {"timestamp": "1534108637", "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "timestamp": 1534108637.153125,
            "recipient": delivery.recipient,
            "user-variables": {},
            "message": {"headers": headers},
            "delivery-status": {"code": 250, "message": "OK", "description": ""},
            **fields,
        },
    }


def kinds() -> list[str]:
    return list(Track.objects.order_by("id").values_list("kind", flat=True))


def suppressed() -> list[tuple[str, str]]:
    return list(Suppression.objects.order_by("id").values_list("address", "reason"))


def hard(delivery: Delivery) -> list[tuple[str, Any]]:
    permanent = {"severity": "permanent", "reason": "bounce", "delivery-status": {"code": 550, "message": "5.1.1 No"}}
    return [("postmark", postmark("Bounce", delivery)), ("mailgun", mailgun("failed", delivery, **permanent))]


def soft(delivery: Delivery) -> list[tuple[str, Any]]:
    temporary = {"severity": "temporary", "reason": "generic", "delivery-status": {"code": 498, "message": "No MX"}}
    return [
        ("postmark", postmark("Bounce", delivery, Type="SoftBounce", TypeCode=4096)),
        ("postmark", postmark("Bounce", delivery, Type="Transient", TypeCode=2)),
        ("postmark", postmark("Bounce", delivery, Details="smtp;550 5.7.1 spam content")),
        ("mailgun", mailgun("failed", delivery, **temporary)),
    ]


def complaint(delivery: Delivery) -> list[tuple[str, Any]]:
    return [("postmark", postmark("SpamComplaint", delivery)), ("mailgun", mailgun("complained", delivery))]


def delivered(delivery: Delivery) -> list[tuple[str, Any]]:
    return [("postmark", postmark("Delivery", delivery)), ("mailgun", mailgun("delivered", delivery))]


@pytest.mark.parametrize("number", [0, 1])
def test_a_hard_bounce_suppresses_at_once_and_counts_once(number: int) -> None:
    delivery = a_sent_one()
    provider, body = hard(delivery)[number]
    assert [post(provider, body).status_code for _ in range(3)] == [200, 200, 200]
    assert kinds() == ["hard_bounce"]
    assert suppressed() == [(delivery.recipient, "hard_bounce")]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_soft_bounce_is_counted_and_suppresses_nobody(number: int) -> None:
    provider, body = soft(a_sent_one())[number]
    assert post(provider, body).status_code == 200
    assert kinds() == ["soft_bounce"]
    assert suppressed() == []


@pytest.mark.parametrize("number", [0, 1])
def test_a_complaint_suppresses_at_once(number: int) -> None:
    delivery = a_sent_one()
    provider, body = complaint(delivery)[number]
    post(provider, body)
    post(provider, body)
    assert kinds() == ["complaint"]
    assert suppressed() == [(delivery.recipient, "complaint")]


@pytest.mark.parametrize("number", [0, 1])
def test_a_report_settles_a_message_of_which_nobody_knew(number: int) -> None:
    delivery = a_sent_one(status="unknown", reason="worker_died")
    post(*delivered(delivery)[number])
    delivery.refresh_from_db()
    assert delivery.status == "sent"
    assert kinds() == ["delivered"]


def test_reports_in_any_order_do_no_harm() -> None:
    delivery = a_sent_one()
    for provider, body in [
        *complaint(delivery)[:1],
        *delivered(delivery)[:1],
        *hard(delivery)[:1],
        *delivered(delivery),
    ]:
        assert post(provider, body).status_code == 200
    assert sorted(kinds()) == ["complaint", "delivered", "delivered", "hard_bounce"]
    assert Track.objects.filter(is_first=True).count() == 3
    assert suppressed() == [(delivery.recipient, "complaint")]
    delivery.refresh_from_db()
    assert delivery.status == "sent"


def test_a_report_is_found_by_the_providers_id_and_the_recipient() -> None:
    given = "883953f4-6105-42a2-a16a-77a8eac79483"
    delivery, other = a_sent_one(provider_id=given), a_sent_one(provider_id=given)
    post("postmark", {**postmark("Delivery", delivery), "Metadata": {}})
    assert Track.objects.get().delivery_id == delivery.pk != other.pk


def test_of_a_message_that_is_not_ours_the_address_is_suppressed_all_the_same() -> None:
    stranger = Delivery(uid=uuid.uuid4(), recipient="Gone@Example.com")
    post("postmark", postmark("Bounce", stranger))
    post("postmark", postmark("Open", stranger))
    assert kinds() == []
    assert suppressed() == [("gone@example.com", "hard_bounce")]


def test_opens_and_clicks_of_the_provider_count_as_ours() -> None:
    delivery = a_sent_one(minutes_ago=60 * 24 * 400)
    for body in (postmark("Open", delivery), postmark("Open", delivery), postmark("Click", delivery)):
        assert post("postmark", body).status_code == 200
    assert kinds() == ["open", "click"]
    assert Event.objects.filter(kind__startswith="message_").count() == 2
    wrapped = postmark("Click", delivery, OriginalLink="http://testserver/c/AAAAAAAAAAAAAAAAAAAA")
    post("postmark", wrapped)
    assert kinds() == ["open", "click"]


def test_who_unsubscribes_at_the_provider_is_unsubscribed_here() -> None:
    delivery = a_sent_one()
    post("postmark", postmark("SubscriptionChange", delivery, ChangedAt="2026-03-02T12:00:00Z"))
    assert Consent.objects.get(profile=delivery.profile).status == "refused"
    assert kinds() == ["unsubscribe"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"RecordType": []}', b"\xff\xfe", '{"event-data": 1}', "7"])
@pytest.mark.parametrize("provider", ["postmark", "mailgun"])
def test_what_is_no_report_is_refused(provider: str, body: Any) -> None:
    assert post(provider, body).status_code in (200, 400, 403)
    assert kinds() == []


@pytest.mark.parametrize("secret", ["", "declic:wrong", "x"])
def test_nobody_reports_without_the_secret(secret: str) -> None:
    delivery = a_sent_one()
    assert post("postmark", postmark("Bounce", delivery), secret).status_code == 403
    assert suppressed() == []


def test_there_is_no_such_page_without_a_secret_or_for_a_stranger(settings: Any) -> None:
    assert post("sendcat", {}).status_code == 404
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert post("postmark", postmark("Bounce", a_sent_one())).status_code == 404


def test_a_provider_that_is_not_set_up_says_so(settings: Any) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    assert post("mailgun", mailgun("delivered", a_sent_one())).status_code == 400
