"""V3 trigger: a call becomes an event, a pushed cart a cart; bad calls write nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.api.body import FORM
from crm.cause import Origin
from crm.models import Cart, Profile
from tests.crm.api.calls import Shop
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

QUOTE = {"customerEmail": "zoe@example.com", "key": {"quoteId": 77}}


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def trigger(shop: Shop, body: Any, identifier: str = "quote_sent", **options: Any) -> Any:
    return shop.post(f"/v3/automations/trigger/{identifier}", body, **options)


def calls() -> list[Event]:
    return list(Event.objects.filter(kind=Kind.API_CALLED))


def test_a_call_is_recorded_with_what_was_posted(shop: Shop) -> None:
    answer = trigger(shop, {**QUOTE, "colour": "blue", "lines": [{"n": 1.5}]})
    assert answer.status_code == 202, answer.content
    (event,) = calls()
    assert answer.json() == {"eventId": event.pk, "matched": 0}
    assert (event.name, event.key, event.origin, event.actor) == ("quote_sent", "77", Origin.API, "Shop")
    assert (event.snapshot["colour"], event.snapshot["lines"]) == ("blue", [{"n": 1.5}])
    assert "customerEmail" not in event.snapshot


def test_php_and_json_are_recorded_alike(shop: Shop) -> None:
    trigger(shop, {**QUOTE, "items": [{"name": "Tea", "price": "10.50"}]})
    raw = b"customerEmail=zoe%40example.com&key[quoteId]=77&items[0][name]=Tea&items[0][price]=10.50"
    trigger(shop, raw, content_type=FORM)
    as_json, as_form = calls()
    assert as_json.snapshot == as_form.snapshot
    assert as_json.key == as_form.key


def test_the_e_mail_is_found_without_regard_to_case(shop: Shop) -> None:
    assert trigger(shop, {**QUOTE, "customerEmail": " ZOE@Example.com "}).status_code == 202


def test_an_unknown_profile_is_a_404_unless_it_is_to_be_created(shop: Shop) -> None:
    body = {**QUOTE, "customerEmail": "new@example.com"}
    answer = trigger(shop, body)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:declic:problem:unknown-profile"
    assert not calls()
    assert trigger(shop, {**body, "createProfile": "1"}).status_code == 202
    created = Profile.objects.get(email="new@example.com")
    assert (created.origin, calls()[0].profile_id) == (Origin.API, created.pk)
    assert "createProfile" not in calls()[0].snapshot


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"key": None}, "/key"),
        ({"key": "77"}, "/key"),
        ({"key": {}}, "/key"),
        ({"key": {"a": 1, "b": 2}}, "/key"),
        ({"key": {"a": None}}, "/key"),
        ({"key": {"a": True}}, "/key"),
        ({"key": {"a": {"b": 1}}}, "/key"),
        ({"key": {"a": " "}}, "/key"),
        ({"key": {"": "1"}}, "/key"),
        ({"key": {"a": "x" * 121}}, "/key"),
        ({"customerEmail": None}, "/customerEmail"),
        ({"customerEmail": ["zoe@example.com"]}, "/customerEmail"),
        ({"customerEmail": "zoe"}, "/customerEmail"),
        ({"customerEmail": "z" * 300 + "@example.com"}, "/customerEmail"),
        ({"createProfile": "perhaps"}, "/createProfile"),
    ],
)
def test_a_wrong_call_is_pointed_at_and_writes_nothing(shop: Shop, change: dict[str, Any], pointer: str) -> None:
    answer = trigger(shop, {**QUOTE, **change})
    assert answer.status_code == 422, answer.content
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert not calls()


@pytest.mark.parametrize("missing", ["key", "customerEmail"])
def test_what_is_missing_is_named(shop: Shop, missing: str) -> None:
    answer = trigger(shop, {name: value for name, value in QUOTE.items() if name != missing})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{missing}", "detail": "This value is required."}]


@pytest.mark.parametrize("identifier", ["a.b", "a b", "é", "x" * 81, "-", "½"])
def test_an_identifier_is_a_slug(shop: Shop, identifier: str) -> None:
    assert trigger(shop, QUOTE, identifier).status_code in (404, 422)
    assert not calls()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"customerEmail": "zoe@example.com", "key": {"a": 1}, "x": "' + b"x" * 10_000_000 + b'"}', 413),
        (b'{"customerEmail": "zoe@example.com", "key": {"a": 1}, "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", 400),
        (b'{"customerEmail": "zoe@example.com", "key": {"a": 1}, "x": "\\u0000"}', 400),
        (b'{"customerEmail": "zoe@example.com", "key": {"a": 1}, "key": {"a": 2}}', 400),
        (b'{"customerEmail": "zoe@example.com", "key": {"a": 1}, "x": NaN}', 400),
        (b'["customerEmail"]', 400),
        (b"", 422),
    ],
)
def test_a_hostile_body_is_a_clear_4xx_and_writes_nothing(shop: Shop, raw: bytes, status: int) -> None:
    answer = trigger(shop, raw)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not calls()


def test_an_idempotent_call_is_recorded_once(shop: Shop) -> None:
    first = trigger(shop, QUOTE, once="quote-77")
    again = trigger(shop, QUOTE, once="quote-77")
    assert first.content == again.content
    assert len(calls()) == 1


def test_a_key_without_the_scope_triggers_nothing(shop: Shop) -> None:
    assert trigger(Shop("customers:write"), QUOTE).status_code == 403
    assert not calls()


def test_a_call_is_one_statement_and_so_its_own_transaction(shop: Shop) -> None:
    trigger(shop, QUOTE)
    with CaptureQueriesContext(connection) as asked:
        assert trigger(shop, QUOTE).status_code == 202
    verbs = [query["sql"].split(" ")[0] for query in asked.captured_queries]
    if connection.vendor == "postgresql":
        assert verbs == ["INSERT"]
    else:
        assert verbs == ["SAVEPOINT", "SELECT", "INSERT", "RELEASE"]  # BEGIN and COMMIT outside a test


def test_a_profile_is_not_created_for_a_call_that_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([None])
    monkeypatch.setattr("workflows.api.record_call", lambda *_args, **_options: next(answers))
    with pytest.raises(StopIteration):
        trigger(shop, {**QUOTE, "customerEmail": "new@example.com", "createProfile": True})
    assert not Profile.objects.filter(email="new@example.com").exists()


def test_what_may_fail_comes_before_the_call_is_recorded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_identifier: str) -> int:
        raise ValueError

    monkeypatch.setattr("workflows.api.count_matching", fail)
    with pytest.raises(ValueError):
        trigger(shop, QUOTE)
    assert not calls()


def test_abandoned_cart_pushes_a_cart(shop: Shop) -> None:
    raw = (
        b"customerEmail=zoe%40example.com&key[cartId]=12345&cart_items_count=1&cart_currency_code=EUR"
        b"&cart_grandTotal=21.00&items[0][idProduct]=TEA-1&items[0][name]=Tea&items[0][price]=10.50&items[0][quantity]=2"
    )
    answer = trigger(shop, raw, "abandoned_cart", content_type=FORM)
    assert answer.status_code == 202, answer.content
    cart = Cart.objects.get()
    assert (cart.key, cart.total, cart.status, cart.lines[0]["reference"]) == ("12345", 2100, "open", "TEA-1")
    event = Event.objects.get(kind=Kind.CART_PUSHED)
    assert answer.json()["eventId"] == event.pk


@pytest.mark.parametrize("empty", [{"cart_items_count": "0"}, {"items": []}, {"cart_items_count": 0, "items": []}])
def test_a_push_without_items_empties_the_cart(shop: Shop, empty: dict[str, Any]) -> None:
    body = {"customerEmail": "zoe@example.com", "key": {"cartId": 1}}
    trigger(shop, {**body, "items": [{"name": "Tea", "price": "10.50", "quantity": 2}]}, "abandoned_cart")
    assert trigger(shop, {**body, **empty}, "abandoned_cart").status_code == 202
    assert Cart.objects.get().status == "emptied"


def test_a_cart_of_nonsense_is_no_500(shop: Shop) -> None:
    body = {"customerEmail": "zoe@example.com", "key": {"cartId": 1}}
    for items in ("x", [1, None, "x"], [[]], {"a": {"price": {}}}, [{"price": "1e999990", "quantity": "1e99"}]):
        for total in ("x", "1e999", -1, [], None):
            answer = trigger(shop, {**body, "items": items, "cart_grandTotal": total}, "abandoned_cart")
            assert answer.status_code in (202, 422), (items, total, answer.content)


def test_what_a_cart_says_in_words_of_its_own_stays_data(shop: Shop) -> None:
    body = {"customerEmail": "zoe@example.com", "key": {"cartId": 1}, "items": [{"name": "Tea"}]}
    answer = trigger(shop, {**body, "stage": "step 2", "checkout_url": "x" * 2000}, "abandoned_cart")
    assert answer.status_code == 202, answer.content
    cart = Cart.objects.get()
    assert (cart.stage, cart.checkout_url, cart.payload["stage"]) == ("cart", "", "step 2")


def test_the_event_of_a_push_is_the_carts_own(shop: Shop) -> None:
    body = {"customerEmail": "zoe@example.com", "key": {"cartId": 1}}
    pushed = trigger(shop, {**body, "items": [{"name": "Tea"}]}, "abandoned_cart").json()["eventId"]
    trigger(shop, {**body, "key": {"quoteId": 1}})
    emptied = trigger(shop, {**body, "items": []}, "abandoned_cart").json()["eventId"]
    trigger(shop, {**body, "key": {"quoteId": 1}})
    assert trigger(shop, {**body, "items": []}, "abandoned_cart").json()["eventId"] == emptied > pushed
