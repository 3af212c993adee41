"""The same thing sent several times at the same moment ends in one thing."""

import pytest
from django.test import Client

from crm.models import Movement, Order, OrderStatusChange, Pot, Profile
from tests.crm.api.at_once import at_once
from tests.crm.api.calls import Shop
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db(transaction=True)

WHO = {"customer": {"email": "zoe@example.com"}}


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", WHO)
    return shop


def again(shop: Shop) -> Shop:
    """Return the shop with a client of its own, for another thread."""
    other = Shop.__new__(Shop)
    other.key, other.client = shop.key, Client()
    return other


def test_one_profile_comes_of_eight_calls_that_create_it(shop: Shop) -> None:
    body = {"customerEmail": "new@example.com", "key": {"a": 1}, "createProfile": True}
    answers = at_once(lambda _number: again(shop).post("/v3/automations/trigger/quote", body))
    assert [answer.status_code for answer in answers] == [202] * 8
    assert Profile.objects.filter(email_key="new@example.com").count() == 1
    assert Event.objects.filter(kind=Kind.PROFILE_CREATED).count() == 2
    assert Event.objects.filter(kind=Kind.API_CALLED).count() == 8


def test_one_order_comes_of_eight_posts_of_it(shop: Shop) -> None:
    statuses = ["new", "processing", "paid", "shipped", "delivered", "paid", "new", "delivered"]

    def post(number: int) -> int:
        order = {"orderId": "1", "status": statuses[number], "amount": "21.00", "lines": [{"name": "Tea"}]}
        status: int = again(shop).post("/v2/orders", {**WHO, "order": order}).status_code
        return status

    assert at_once(post) == [200] * 8
    order = Order.objects.get()
    assert (order.status, order.lines.count()) == ("delivered", 1)
    applied = OrderStatusChange.objects.filter(is_applied=True).order_by("id").values_list("status", flat=True)
    forward = ["new", "processing", "paid", "shipped", "delivered"]
    assert list(applied) == [status for status in forward if status in applied]


def test_a_pot_adds_up_after_points_from_everywhere(shop: Shop) -> None:
    def move(number: int) -> int:
        amount = 10 if number % 2 else -3
        status: int = again(shop).post("/v2/cagnottes", {**WHO, "cagnotte": {"amount": amount}}).status_code
        return status

    at_once(move)
    balances = list(Movement.objects.order_by("number").values_list("points", "balance_after"))
    assert Pot.objects.get().balance == sum(points for points, _balance in balances) == balances[-1][1]
    assert all(balance >= 0 for _points, balance in balances)
