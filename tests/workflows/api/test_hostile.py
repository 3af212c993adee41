"""V3 and what breaks programs: in every place of a body and in the identifier."""

from urllib.parse import quote, urlencode

import pytest

from crm.api.body import FORM
from tests.crm.api.calls import Shop
from tests.naughty import naughty_strings
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def test_naughty_strings_as_data_are_kept_as_they_are(shop: Shop) -> None:
    for text in naughty_strings():
        body = {"customerEmail": "zoe@example.com", "key": {"a": 1}, "text": text, "deep": [{text: text}]}
        assert shop.post("/v3/automations/trigger/quote", body).status_code == 202, text
        snapshot = Event.objects.filter(kind=Kind.API_CALLED).latest("pk").snapshot
        assert (snapshot["text"], snapshot["deep"]) == (text, [{text: text}])


def test_naughty_strings_survive_a_form(shop: Shop) -> None:
    for text in naughty_strings():
        raw = urlencode({"customerEmail": "zoe@example.com", "key[a]": "1", "text": text}).encode()
        answer = shop.post("/v3/automations/trigger/quote", raw, content_type=FORM)
        assert answer.status_code == 202, (text, answer.content)
        assert Event.objects.filter(kind=Kind.API_CALLED).latest("pk").snapshot["text"] == text


def test_naughty_strings_elsewhere_are_no_500(shop: Shop) -> None:
    for number, text in enumerate(naughty_strings()):
        changes = ({"key": {text: "1"}}, {"key": {"a": text}}, {"key": text}, {"customerEmail": text}, {text: text})
        body = {"customerEmail": "zoe@example.com", "key": {"a": 1}, **changes[number % len(changes)]}
        answer = shop.post("/v3/automations/trigger/quote", body)
        assert answer.status_code in (202, 404, 422), (body, answer.content)
        cart = {**body, "items": [{"name": text, "price": text}], "checkout_url": text, "stage": text}
        answer = shop.post("/v3/automations/trigger/abandoned_cart", cart)
        assert answer.status_code in (202, 404, 422), (cart, answer.content)
        answer = shop.post(f"/v3/automations/trigger/{quote(text, safe='')}", {"key": {"a": 1}})
        assert answer.status_code in (404, 422), (text, answer.content)
