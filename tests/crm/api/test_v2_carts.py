"""V2 carts: pushed, pushed again, emptied."""

from typing import Any

import pytest

from crm.models import Cart
from tests.crm.api.calls import Shop

pytestmark = pytest.mark.django_db

TEA = {"reference": "TEA-1", "name": "Tea", "quantity": 2, "price": "10.50"}


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def push(shop: Shop, **cart: Any) -> Any:
    return shop.post("/v2/carts", {"customer": {"email": "zoe@example.com"}, "cart": {"key": "12345", **cart}})


def test_a_cart_is_kept_as_it_stands(shop: Shop) -> None:
    answer = push(shop, items=[TEA], currency="EUR", stage="checkout", checkoutUrl="https://shop.example/pay")
    assert answer.status_code == 200, answer.content
    shown = answer.json()["cart"]
    assert (shown["key"], shown["status"], shown["stage"], shown["total"]) == ("12345", "open", "checkout", "21.00")
    assert Cart.objects.get().lines[0]["unit_price"] == 1050


def test_a_cart_without_items_is_emptied(shop: Shop) -> None:
    push(shop, items=[TEA])
    assert push(shop, items=[]).json()["cart"]["status"] == "emptied"
    assert Cart.objects.count() == 1


@pytest.mark.parametrize(
    ("cart", "pointer"),
    [
        ({"key": ""}, "/cart/key"),
        ({"key": "x" * 121}, "/cart/key"),
        ({"items": {"a": 1}}, "/cart/items"),
        ({"items": [TEA], "total": "much"}, "/cart/total"),
        ({"items": [TEA], "stage": "paid"}, "/cart/stage"),
        ({"items": [TEA], "currency": "€"}, "/cart/currency"),
        ({"items": [{"quantity": 10**7}]}, "/cart/items/0/quantity"),
    ],
)
def test_a_wrong_value_is_pointed_at_and_nothing_is_written(shop: Shop, cart: dict[str, Any], pointer: str) -> None:
    answer = push(shop, **cart)
    assert answer.status_code == 422, answer.content
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert not Cart.objects.exists()
