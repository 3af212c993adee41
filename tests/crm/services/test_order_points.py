"""The order-points programme, and points that follow an order."""

import pytest

from crm.models import Movement, Order
from crm.services.order_points import OrderTarget, post_order_points, post_order_points_many
from tests.factories.causes import by_run
from tests.factories.points import PointsProgrammeFactory, give_points
from tests.factories.sales import OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def given(order: Order) -> list[int]:
    return list(Movement.objects.filter(order=order).order_by("id").values_list("points", flat=True))


def test_points_are_given_when_the_order_takes_a_crediting_status_rounding_down() -> None:
    PointsProgrammeFactory(cents_per_point=100)
    order = OrderFactory(status="new", amount=1567)
    assert given(order) == []

    order.status = "paid"
    order.save()
    order.status = "shipped"
    order.save()

    assert given(order) == [15]
    movement = Movement.objects.get()
    assert (movement.source, movement.origin) == ("order_points", "order_points")


@pytest.mark.parametrize("end", ["cancelled", "failed", "refunded"])
def test_points_are_taken_back_when_the_order_leaves_those_statuses_even_below_zero(end: str) -> None:
    PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)
    give_points(order.profile, -40)

    order.status = end
    order.save()

    assert given(order) == [50, -50]
    assert order.profile.pot.balance == -40


def test_the_difference_is_posted_when_the_amount_changes() -> None:
    PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)

    for amount in (6099, 6050, 2000):
        order.amount = amount
        order.save()

    assert given(order) == [50, 10, -40]


def test_what_was_given_stays_when_the_ratio_changes_and_the_order_only_moves_on() -> None:
    programme = PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)
    programme.cents_per_point = 50
    programme.save()

    order.status = "delivered"
    order.save()

    assert given(order) == [50]


def test_a_cancelled_order_that_is_paid_again_gives_its_points_again() -> None:
    PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)

    for status in ("cancelled", "paid"):
        order.status = status
        order.save()

    assert given(order) == [50, -50, 50]
    assert order.profile.pot.earned == 50


def test_a_programme_that_is_off_gives_nothing() -> None:
    PointsProgrammeFactory(is_active=False)

    assert given(OrderFactory(status="paid")) == []


def test_the_movement_comes_after_the_order_in_the_ledger() -> None:
    PointsProgrammeFactory()

    OrderFactory(status="paid")

    kinds = list(Event.objects.exclude(kind=Kind.PROFILE_CREATED).order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.ORDER_CREATED, Kind.ORDER_PAID, Kind.MOVEMENT_MADE]


def test_each_giver_posts_its_own_difference() -> None:
    PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)

    def post(run: int, workflow: int, target: int) -> Movement | None:
        cause = by_run(run, workflow_id=workflow)
        return post_order_points(order, target_points=target, cause=cause, source="workflow")

    first, again, other, less = post(1, 7, 15), post(2, 7, 15), post(3, 8, 20), post(4, 7, 5)

    assert [m.points if m else None for m in (first, again, other, less)] == [15, None, 20, -10]


def test_targets_of_one_giver_in_a_batch_count_on() -> None:
    order = OrderFactory()

    outcomes = post_order_points_many(
        [
            OrderTarget(order.pk, order.profile_id, target, by_run(run), "workflow")
            for run, target in enumerate((10, 10, 4))
        ]
    )

    assert [outcome.points if isinstance(outcome, Movement) else outcome for outcome in outcomes] == [10, None, -6]
