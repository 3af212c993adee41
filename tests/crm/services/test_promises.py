"""What services leave behind is what `reconcile` demands."""

import pytest
from django.db.models import QuerySet

from crm.models import Movement, Pot
from crm.reconcile import earned_points_are_the_gains, only_take_backs_go_below_zero, pots_equal_their_movements
from crm.services.pots import move_points
from tests.factories.causes import BY_HAND
from tests.factories.points import PointsProgrammeFactory, PotFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db

PROMISES = [earned_points_are_the_gains, only_take_backs_go_below_zero, pots_equal_their_movements]


def test_gains_spendings_and_take_backs_keep_every_promise() -> None:
    PointsProgrammeFactory()
    order = OrderFactory(status="paid", amount=5000)
    move_points(order.profile, points=-45, cause=BY_HAND, source="reward")
    order.status = "cancelled"
    order.save()

    assert order.profile.pot.balance == -45
    assert [list(promise()) for promise in PROMISES] == [[], [], []]


def test_a_pot_that_was_tampered_with_is_named() -> None:
    pot = PotFactory(balance=10)
    Pot.objects.filter(pk=pot.pk).update(earned=99, balance=11)
    QuerySet(Movement).filter(pot=pot).update(points=-10, balance_before=0, balance_after=-10)

    assert [len(list(promise())) for promise in PROMISES] == [1, 1, 1]
