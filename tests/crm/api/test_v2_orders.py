"""V2 orders: created, updated, sent twice, sent out of order."""

from itertools import permutations
from typing import Any

import pytest

from crm.models import Order, OrderLine, OrderStatusChange, Profile
from tests.crm.api.calls import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def post(shop: Shop, **order: Any) -> Any:
    return shop.post("/v2/orders", {"customer": {"email": "zoe@example.com"}, "order": {"orderId": "1", **order}})


def test_an_order_is_created_with_its_lines(shop: Shop) -> None:
    line = {"reference": "TEA-1", "name": "Tea", "quantity": "2", "price": "10.50"}
    answer = post(
        shop,
        status="50",
        amount="21.00",
        currency="eur",
        coupon="SPRING",
        occurredAt="2017-05-01T10:00:00Z",
        lines=[line],
    )
    assert answer.status_code == 200, answer.content
    shown = answer.json()["order"]
    assert (shown["orderId"], shown["amount"], shown["status"], shown["statusName"]) == ("1", "21.00", "50", "paid")
    assert shown["attributes"] == [["idProduct:TEA-1", "name:Tea", "quantity:2", "price:10.50"]]
    order = Order.objects.get()
    assert (order.amount, order.currency, order.status, order.ordered_at.year) == (2100, "EUR", "paid", 2017)
    assert OrderLine.objects.get().unit_price == 1050


def test_an_order_sent_twice_stands_once(shop: Shop) -> None:
    for _time in range(2):
        post(shop, status="paid", amount=21, lines=[{"reference": "TEA-1", "quantity": 2, "price": "10.50"}])
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 1)
    assert OrderStatusChange.objects.filter(is_applied=True).count() == 1


@pytest.mark.parametrize("statuses", list(permutations(["new", "paid", "shipped", "delivered"]))[::5])
def test_statuses_out_of_order_end_in_the_right_one(shop: Shop, statuses: tuple[str, ...]) -> None:
    for status in statuses:
        assert post(shop, status=status, amount="21.00").status_code == 200
    assert Order.objects.get().status == "delivered"


def test_what_is_not_given_stays(shop: Shop) -> None:
    post(shop, status="new", amount="21.00", lines=[{"name": "Tea"}])
    post(shop, status="paid")
    assert Order.objects.get().amount == 2100
    assert OrderLine.objects.count() == 1


def test_a_failed_payment_keeps_its_reason(shop: Shop) -> None:
    post(shop, status="failed", failure={"code": "51", "message": "Insufficient funds"})
    assert Order.objects.get().failure_code == "51"


def test_an_order_is_read_by_its_reference(shop: Shop) -> None:
    post(shop, status="cancelled", amount="5.00")
    shown = shop.get("/v2/orders/1").json()
    assert (shown["status"], shown["customerId"]) == ("0", str(Profile.objects.get().pk))
    assert shop.get("/v2/orders").json()["orders"][0]["orderId"] == "1"


def test_the_order_of_an_unknown_customer_is_a_404(shop: Shop) -> None:
    answer = shop.post("/v2/orders", {"customer": {"email": "nobody@example.com"}, "order": {"orderId": "1"}})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:declic:problem:unknown-profile"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"orderId": ""}, "/order/orderId"),
        ({"orderId": "x" * 121}, "/order/orderId"),
        ({"status": "lost"}, "/order/status"),
        ({"status": []}, "/order/status"),
        ({"amount": "twelve"}, "/order/amount"),
        ({"amount": -1}, "/order/amount"),
        ({"amount": "1e999990"}, "/order/amount"),
        ({"amount": "NaN"}, "/order/amount"),
        ({"amount": "1e400"}, "/order/amount"),
        ({"amount": 9e17}, "/order/amount"),
        ({"amount": True}, "/order/amount"),
        ({"currency": "euro"}, "/order/currency"),
        ({"lines": "Tea"}, "/order/lines"),
        ({"lines": [{"quantity": 1.5}]}, "/order/lines/0/quantity"),
        ({"lines": [{"quantity": -1}]}, "/order/lines/0/quantity"),
        ({"occurredAt": "2017-02-30"}, "/order/occurredAt"),
        ({"occurredAt": "0001-01-01T00:00:00+14:00"}, "/order/occurredAt"),
    ],
)
def test_a_wrong_value_is_pointed_at_and_nothing_is_written(shop: Shop, order: dict[str, Any], pointer: str) -> None:
    answer = post(shop, **order)
    assert answer.status_code == 422, answer.content
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert not Order.objects.exists()
