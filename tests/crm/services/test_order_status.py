"""The status of an order: forward only, ended, reopened, told late or twice."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from crm.models import Order, OrderStatusChange
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory, ShopStatusFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def told(order: Order, status: str, *, hours: int | None = None) -> Order:
    """Tell a status as a shop does, with or without the time at which the order took it."""
    when = None if hours is None else START + timedelta(hours=hours)
    return upsert_order(order.profile, cause=BY_API, reference=order.reference, status=status, occurred_at=when)[0]


def events(order: Order) -> list[str]:
    return list(Event.objects.filter(key=order.reference).order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("late", ["new", "processing", "paid"])
def test_a_status_that_lies_behind_is_kept_in_the_history_and_states_no_fact(late: str) -> None:
    order = OrderFactory(status="shipped")
    Event.objects.all().delete()

    order = told(order, late)

    assert order.status == "shipped"
    assert events(order) == []
    assert list(order.status_changes.values_list("status", "is_applied")) == [("shipped", True), (late, False)]


@pytest.mark.parametrize("end", ["cancelled", "failed", "refunded"])
def test_an_end_replaces_any_status(end: str) -> None:
    assert told(OrderFactory(status="delivered"), end).status == end


@pytest.mark.parametrize(("end", "after"), [("cancelled", "paid"), ("failed", "paid"), ("refunded", "refunded")])
def test_a_later_payment_reopens_what_failed_or_was_cancelled(end: str, after: str) -> None:
    order = told(OrderFactory(status=end), "processing")
    assert order.status == end

    assert told(order, "paid").status == after


def test_an_order_told_twice_is_one_order_with_one_history() -> None:
    order = OrderFactory(status="new")

    told(order, "paid", hours=1)
    told(order, "paid", hours=1)

    assert Order.objects.count() == 1
    assert OrderStatusChange.objects.count() == 2
    assert events(order) == [Kind.ORDER_CREATED, Kind.ORDER_STATUS_CHANGED, Kind.ORDER_PAID]


@pytest.mark.parametrize(
    ("history", "end"),
    [
        (["new", "paid", "shipped", "delivered"], "delivered"),
        (["new", "paid", "cancelled"], "cancelled"),
        (["new", "failed", "paid"], "paid"),
        (["new", "cancelled", "paid", "shipped"], "shipped"),
        (["new", "paid", "refunded"], "refunded"),
    ],
)
def test_statuses_told_in_any_order_end_right(history: list[str], end: str) -> None:
    moments = list(enumerate(history))
    for number, told_in in enumerate(permutations(moments)):
        profile = ProfileFactory()
        order = Order(profile=profile, reference=f"r{number}")
        for hours, status in told_in:
            order = told(order, status, hours=hours)

        assert order.status == end, told_in


def test_an_order_becomes_paid_once() -> None:
    order = OrderFactory(status="new")

    for status in ("shipped", "delivered", "cancelled", "paid"):
        order = told(order, status)

    assert events(order).count(Kind.ORDER_PAID) == 1
    assert order.paid_at is not None


def test_an_order_that_is_created_paid_becomes_paid() -> None:
    assert events(OrderFactory(status="delivered")) == [Kind.ORDER_CREATED, Kind.ORDER_PAID]


def test_a_failed_payment_is_a_fact_with_its_reason() -> None:
    order = OrderFactory()

    failure = {"code": "card_declined", "message": "The card was declined."}
    upsert_order(order.profile, cause=BY_API, reference=order.reference, status="failed", failure=failure)

    event = Event.objects.get(kind=Kind.ORDER_FAILED)
    assert event.snapshot["failure"] == failure
    assert event.snapshot["sale"]["reference"] == order.reference


def test_the_map_says_what_a_shops_own_status_means() -> None:
    ShopStatusFactory(name="En préparation", status="processing")
    profile = ProfileFactory()

    order, _created = upsert_order(profile, cause=BY_API, reference="r1", shop_status="en préparation ")
    assert (order.status, order.shop_status) == ("processing", "en préparation")

    order, _created = upsert_order(profile, cause=BY_API, reference="r1", shop_status="Mystère")
    assert (order.status, order.shop_status) == ("processing", "Mystère")
    assert events(order)[-1] == Kind.ORDER_STATUS_CHANGED

    fresh, _created = upsert_order(profile, cause=BY_API, reference="r2", shop_status="Mystère")
    assert fresh.status == "new"


def test_the_history_keeps_both_times() -> None:
    order = told(OrderFactory(), "paid", hours=5)

    line = order.status_changes.get(status="paid")
    assert line.occurred_at == START + timedelta(hours=5)
    assert line.recorded_at > line.occurred_at
    assert order.paid_at == line.occurred_at
