"""The doubles refuse what their services would: else they would prove nothing."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.actions.http_sink import Got
from tests.providers.brevo import Brevo
from tests.providers.double import Double
from tests.providers.fixtures import Providers
from tests.providers.meta import Meta
from tests.providers.twilio import Twilio

SMS = {"To": "+33612345678", "From": "Shop", "Body": "Hello", "StatusCallback": "https://shop.example/sms"}
HELLO = {"name": "hello", "language": {"code": "en"}}
MESSAGE = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+33612345678",
    "type": "template",
    "template": HELLO,
}
CONTACT = {"email": "zoe@example.com", "updateEnabled": True}
MAIL = {"to": [{"email": "zoe@example.com"}], "templateId": 7}


def sms(**changed: str | None) -> Got:
    form = {name: value for name, value in {**SMS, **changed}.items() if value is not None}
    headers = {"authorization": "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTp0d2lsaW8tdG9rZW4="}
    headers["content-type"] = "application/x-www-form-urlencoded"
    return Got(f"/2010-04-01/Accounts/{Twilio.sid}/Messages.json", headers, urlencode(form).encode())


def whatsapp(**changed: Any) -> Got:
    headers = {"authorization": "Bearer meta-token", "content-type": "application/json"}
    return Got(f"/v23.0/{Meta.number}/messages", headers, json.dumps({**MESSAGE, **changed}).encode())


def brevo(path: str, body: Any) -> Got:
    headers = {"api-key": "xkeysib-1", "content-type": "application/json"}
    return Got(f"/v3{path}", headers, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("cls", "right", "wrong", "status"),
    [
        (Twilio, sms(), sms(To="0612345678"), 400),
        (Twilio, sms(), sms(From="1 shop too long"), 400),
        (Twilio, sms(), sms(Body=None), 400),
        (Twilio, sms(Body="x" * 1600), sms(Body="x" * 1601), 400),
        (Twilio, sms(), sms(StatusCallback="/sms"), 400),
        (Twilio, sms(), Got("/2010-04-01/Accounts/AC1/Messages.json", {}, b""), 401),
        (Meta, whatsapp(), whatsapp(to="zoe"), 400),
        (Meta, whatsapp(), whatsapp(template={**HELLO, "name": "unknown"}), 404),
        (Meta, whatsapp(), whatsapp(template={**HELLO, "name": "welcome_back"}), 400),
        (Meta, whatsapp(), whatsapp(text="Hello"), 400),
        (Brevo, brevo("/contacts", CONTACT), brevo("/contacts", {**CONTACT, "email": "zoe"}), 400),
        (Brevo, brevo("/contacts", CONTACT), brevo("/contacts", {**CONTACT, "listIds": ["3"]}), 400),
        (Brevo, brevo("/contacts", CONTACT), brevo("/contacts", {**CONTACT, "attributes": {"name": "x"}}), 400),
        (Brevo, brevo("/smtp/email", MAIL), brevo("/smtp/email", {**MAIL, "templateId": 8}), 400),
        (Brevo, brevo("/smtp/email", MAIL), brevo("/smtp/email", {**MAIL, "params": {}}), 400),
        (Brevo, brevo("/smtp/email", MAIL), Got("/v3/smtp/email", {"api-key": "other"}, b"{}"), 401),
    ],
)
def test_what_the_documents_forbid_is_refused(
    providers: Providers, cls: type[Double], right: Got, wrong: Got, status: int
) -> None:
    double: Double = getattr(providers, cls.mount)
    assert double.answer(right)[0] < 300
    assert len(double.accepted()) == 1
    assert double.answer(wrong)[0] == status
    with pytest.raises(AssertionError):
        double.accepted()


def test_a_webhook_with_another_signature_is_refused(providers: Providers) -> None:
    providers.shop.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert providers.shop.answer(Got("/hook", headers, b"{}"))[0] == 401
