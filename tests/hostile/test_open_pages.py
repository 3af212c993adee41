"""Addresses that anybody may call (links, pages of customers, providers' reports): nonsense is refused, never a 500."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from actions.integrations.callbacks import callback_url
from actions.links import CONFIRM, POT, PREFERENCES, UNSUBSCRIBE
from actions.models import Integration
from actions.tracking.links import click_url, pixel_url
from crm.api.body import FORM
from tests.actions.test_callbacks import meta_status
from tests.actions.tracking.reading import SHOP, a_sent_one
from tests.crm.api.test_v2_hostile import WRONG, places, with_value
from tests.factories.integrations import a_brevo, a_twilio, a_whatsapp, a_whatsapp_message, an_sms
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.hostile.bodies import BODIES, said
from tests.naughty import HARD, naughty_strings

pytestmark = pytest.mark.django_db

TEXTS = [text for text in [*HARD[:-1], *naughty_strings()[::16]] if len(text) < 2_000]
PLACES = [
    "/c/{}",
    "/o/{}.gif",
    "/unsubscribe/{}/",
    "/confirm/{}/",
    "/preferences/{}/",
    "/pot/{}/",
    "/m/{}/",
    "/m/{}/thanks/",
    "/m/friends/link/{}/",
    "/m/friends/by/{}/",
    "/webhooks/email/{}/",
    "/callbacks/{}/status/",
    "/messages/deliveries/{}/",
    "/i18n/{}/",
    "/healthz/{}",
    "/{}",
]


@pytest.fixture
def pages() -> list[str]:
    """Return the addresses of pages that are there."""
    ReferralModuleFactory(slug="friends")
    ModuleFactory(slug="survey", kind="form")
    delivery = a_sent_one()
    person = ProfileFactory()
    hosted = [
        UNSUBSCRIBE.path(delivery.uid),
        CONFIRM.path(delivery.uid),
        PREFERENCES.path(person.uid),
        POT.path(person.uid),
    ]
    tracked = [click_url(delivery.pk, SHOP, is_written=True), pixel_url(delivery.pk)]
    return [*hosted, *(url.removeprefix("http://testserver") for url in tracked), "/m/survey/", "/m/friends/"]


def ends_well(answer: Any, sent: Any) -> None:
    assert answer.status_code < 500, (sent, answer.status_code)


@pytest.mark.parametrize("place", PLACES)
def test_an_address_that_is_none_leads_nowhere(place: str) -> None:
    ReferralModuleFactory(slug="friends")
    client = Client()
    for text in TEXTS:
        url = place.format(quote(text, safe=""))
        ends_well(client.get(url), text)
        ends_well(client.post(url, {"a": text}), text)


def test_a_query_that_is_none_changes_nothing(pages: list[str]) -> None:
    client = Client()
    for number, text in enumerate(TEXTS):
        page = pages[number % len(pages)]
        for name in ("u", "given", "next", "language", "page", text):
            ends_well(client.get(f"{page}?{urlencode({name: text})}"), (page, name, text))
        ends_well(client.get(f"{page}?%ff=%fe&a[]=%00&=&%"), page)


def test_headers_that_are_none_change_nothing(pages: list[str]) -> None:
    client = Client()
    for number, text in enumerate(TEXTS):
        sent = text.encode().decode("latin-1").replace("\n", " ").replace("\r", " ")
        names = ("user-agent", "accept-language", "referer", "cookie", "sec-purpose", "x-forwarded-for", "range")
        ends_well(client.get(pages[number % len(pages)], headers=dict.fromkeys(names, sent)), text)


def test_a_body_that_is_none_is_refused(pages: list[str]) -> None:
    client = Client()
    for page in [*pages, "/i18n/setlang/", "/admin/login/"]:
        for content_type, raw in BODIES:
            answer = client.generic("POST", page, raw, content_type=content_type)
            ends_well(answer, (page, said((content_type, raw))))


def signed(row: Integration, what: str, raw: bytes, content_type: str, query: str = "") -> tuple[str, dict[str, str]]:
    """Return an address with headers by which a body seems to come from the provider."""
    url = callback_url(row, what) + query
    mac = hmac.new(b"app-secret", raw, hashlib.sha256).hexdigest()
    twilio = base64.b64encode(hmac.digest(b"twilio-token", url.encode(), hashlib.sha1)).decode()
    headers = {
        "X-Hub-Signature-256": f"sha256={mac}",
        "Authorization": "Bearer brevo-calls",
        "X-Twilio-Signature": twilio,
        "Content-Type": content_type,
    }
    return url.removeprefix("http://testserver"), headers


def doors() -> Iterator[tuple[Integration, str]]:
    yield a_whatsapp(), "status"
    yield a_brevo(), "events"
    yield a_twilio(), "status"
    yield a_twilio(), "reply"


def test_what_a_provider_never_sends_is_refused_though_it_is_signed() -> None:
    client = Client()
    for row, what in doors():
        for content_type, raw in BODIES:
            url, headers = signed(row, what, raw, content_type)
            answer = client.generic("POST", url, raw, content_type=content_type, headers=headers)
            ends_well(answer, (row.kind, what, said((content_type, raw))))


def test_wrong_values_in_every_place_of_a_report_are_passed_over() -> None:
    client = Client()
    row, delivery = a_whatsapp(), a_whatsapp_message()
    events = [{"event": "hard_bounce", "email": "zoe@example.com", "message-id": "<1@x>", "ts_epoch": 1772452800000}]
    told: list[tuple[Integration, str, Any]] = [
        (row, "status", meta_status(delivery, "failed", errors=[{"code": 131000, "title": "x"}])),
        (a_brevo(), "events", {"events": events, **events[0], "tags": ["x"], "X-Mailin-custom": str(delivery.uid)}),
    ]
    for integration, what, body in told:
        for number, place in enumerate(places(body)):
            for value in [*WRONG, *HARD[number % 4 :: 4], 10**400, 1e308, float("nan"), -1]:
                raw = json.dumps(with_value(body, place, value)).encode()
                url, headers = signed(integration, what, raw, "application/json")
                answer = client.post(url, raw, content_type="application/json", headers=headers)
                ends_well(answer, (integration.kind, place, str(value)[:40]))


def test_wrong_fields_of_an_sms_report_are_passed_over() -> None:
    client = Client()
    row, delivery = a_twilio(), an_sms()
    for text in [*HARD[:-1], *naughty_strings()[::20]]:
        for fields in ({"MessageStatus": text, "ErrorCode": text}, {"MessageStatus": "failed", "ErrorCode": text}):
            for what, query in (
                ("status", f"?delivery={delivery.uid}"),
                ("status", f"?{urlencode({'delivery': text})}"),
            ):
                if len(query) < 3_000:
                    ends_well(post_sms(client, row, what, query, fields), text)
        ends_well(post_sms(client, row, "reply", "", {"From": text, "Body": text, "OptOutType": text}), text)


def post_sms(client: Client, row: Integration, what: str, query: str, fields: dict[str, str]) -> Any:
    url = callback_url(row, what) + query
    mac = hmac.digest(
        b"twilio-token", (url + "".join(name + fields[name] for name in sorted(fields))).encode(), hashlib.sha1
    )
    headers = {"X-Twilio-Signature": base64.b64encode(mac).decode()}
    answer = client.post(url.removeprefix("http://testserver"), urlencode(fields), content_type=FORM, headers=headers)
    assert answer.status_code == (400 if "%00" in query else 200), (what, query, fields)
    return answer
