"""Carts: pushed, emptied, ordered, opened again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm import clock
from crm.errors import Invalid
from crm.models import Cart
from crm.services.carts import abandon_forgotten_carts, empty_cart, push_cart
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.sales import CartFactory, OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: as SPREAD's plugins push it: numbers are texts, `price` is one piece without tax
PUSHED: dict[str, Any] = {
    "cart_items_count": "1",
    "cart_currency_code": "EUR",
    "cart_grandTotal": "24.00",
    "items": [{"idProduct": 12, "name": "Tea", "price": "10.00", "total_price": "24.00", "quantity": "2"}],
}


def kinds(cart: Cart) -> list[tuple[str, str]]:
    return list(Event.objects.filter(key=cart.key).order_by("id").values_list("kind", "name"))


def test_a_pushed_payload_is_read_as_plugins_write_it() -> None:
    cart = push_cart(ProfileFactory(), cause=BY_API, key="c1", payload=PUSHED)

    assert cart.lines == [{"reference": "12", "name": "Tea", "quantity": 2, "unit_price": 1200}]
    assert (cart.total, cart.currency, cart.status, cart.pushes) == (2400, "EUR", "open", 1)
    snapshot = Event.objects.get(kind=Kind.CART_PUSHED).snapshot
    assert snapshot["cart_grandTotal"] == "24.00"
    assert snapshot["cart"]["changed"] is True
    assert snapshot["cart"]["items"] == PUSHED["items"]


def test_each_push_is_a_fact_that_says_whether_the_cart_changed() -> None:
    profile = ProfileFactory()
    push_cart(profile, cause=BY_API, key="c1", payload=PUSHED)
    push_cart(profile, cause=BY_API, key="c1", payload=PUSHED)
    cart = push_cart(profile, cause=BY_API, key="c1", payload={**PUSHED, "cart_grandTotal": "30.00"})

    changed = [e.snapshot["cart"]["changed"] for e in Event.objects.filter(kind=Kind.CART_PUSHED).order_by("id")]
    assert changed == [True, False, True]
    assert cart.pushes == 3


@pytest.mark.parametrize("payload", [{"items": []}, {"items": {}}, {"cart_items_count": "0"}, {}])
def test_a_push_of_nothing_empties_the_cart(payload: dict[str, Any]) -> None:
    cart = CartFactory()

    push_cart(cart.profile, cause=BY_API, key=cart.key, payload=payload)

    cart.refresh_from_db()
    assert (cart.status, cart.lines, cart.total) == ("emptied", [], 0)
    assert kinds(cart)[-1] == (Kind.CART_ENDED, "emptied")


def test_a_payload_that_names_no_items_is_a_push() -> None:
    cart = push_cart(ProfileFactory(), cause=BY_API, key="c1", payload={"amount": "12"})

    assert cart.status == "open"


def test_an_emptied_cart_opens_again_with_the_next_push() -> None:
    cart = CartFactory()
    empty_cart(cart.profile, key=cart.key, cause=BY_API)

    cart = push_cart(cart.profile, cause=BY_API, key=cart.key, payload=PUSHED)

    assert cart.status == "open"
    assert [kind for kind, _name in kinds(cart)] == [Kind.CART_PUSHED, Kind.CART_ENDED, Kind.CART_PUSHED]


def test_an_order_converts_its_own_cart_only() -> None:
    mine = CartFactory(key="mine")
    other = CartFactory(profile=mine.profile)

    upsert_order(mine.profile, cause=BY_API, reference="r1", cart_key="mine")

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.status, other.status) == ("converted", "open")
    assert kinds(mine)[-1] == (Kind.CART_ENDED, "converted")


def test_an_order_without_a_known_cart_converts_all_that_were_touched_before() -> None:
    profile = ProfileFactory()
    with clock.at(NOON):
        before = CartFactory(profile=profile)
    with clock.at(NOON + timedelta(hours=1)):
        upsert_order(profile, cause=BY_API, reference="r1", cart_key="unknown")
    with clock.at(NOON + timedelta(days=3)):
        after = CartFactory(profile=profile)
    with clock.at(NOON + timedelta(days=3, hours=1)):
        upsert_order(profile, cause=BY_API, reference="r0", occurred_at=NOON)

    before.refresh_from_db()
    after.refresh_from_db()
    assert (before.status, after.status) == ("converted", "open")


def test_a_failed_order_converts_nothing_until_it_is_paid() -> None:
    cart = CartFactory()
    order = OrderFactory(profile=cart.profile, status="failed")
    cart.refresh_from_db()
    assert cart.status == "open"

    order.status = "paid"
    order.save()

    cart.refresh_from_db()
    assert cart.status == "converted"


def test_an_ordered_cart_pushed_once_more_as_it_was_stays_ordered() -> None:
    profile = ProfileFactory()
    push_cart(profile, cause=BY_API, key="c1", payload=PUSHED)
    upsert_order(profile, cause=BY_API, reference="r1", cart_key="c1")

    assert push_cart(profile, cause=BY_API, key="c1", payload=PUSHED).status == "converted"
    assert empty_cart(profile, key="c1", cause=BY_API).status == "converted"
    assert push_cart(profile, cause=BY_API, key="c1", payload={**PUSHED, "cart_grandTotal": "9"}).status == "open"


def test_a_cart_left_alone_is_abandoned_and_opens_again() -> None:
    with clock.at(NOON):
        cart = CartFactory()
    with clock.at(NOON + timedelta(days=31)):
        abandon_forgotten_carts()
        cart.refresh_from_db()
        assert cart.status == "abandoned"
        assert push_cart(cart.profile, cause=BY_API, key=cart.key, payload=PUSHED).status == "open"


@pytest.mark.parametrize("given", [{"key": ""}, {"key": "x" * 200}, {"stage": "paid"}, {"total": 10**18}])
def test_a_cart_that_cannot_be_is_invalid(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        push_cart(ProfileFactory(), **{"cause": BY_API, "key": "c1", "payload": PUSHED, **given})
