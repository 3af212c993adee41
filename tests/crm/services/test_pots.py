"""Pots: a ledger that always adds up."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.errors import Invalid, Refused
from crm.models import Movement, Pot
from crm.services.pots import Move, move_points, move_points_many
from crm.tracked import UntrackedWrite
from tests.factories.causes import BY_API, BY_HAND, by_run
from tests.factories.people import ProfileFactory
from tests.factories.points import MovementFactory, PotFactory
from tests.factories.sales import OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def test_a_movement_holds_its_number_and_the_balance_after_it() -> None:
    profile = ProfileFactory()

    move_points(profile, points=30, cause=BY_HAND, source="back_office", reason="Sorry")
    movement = move_points(profile, points=-10, cause=BY_API, source="api")

    assert (movement.number, movement.balance_before, movement.balance_after) == (2, 30, 20)
    assert (movement.origin, movement.actor) == ("api", "key")
    assert (profile.pot.balance, profile.pot.earned, profile.pot.movements_count) == (20, 30, 2)


def test_more_than_there_is_cannot_be_taken() -> None:
    pot = PotFactory(balance=10)

    with pytest.raises(Refused):
        move_points(pot.profile, points=-11, cause=BY_HAND, source="back_office")

    pot.refresh_from_db()
    assert (pot.balance, pot.movements_count) == (10, 1)
    assert Event.objects.filter(kind=Kind.MOVEMENT_MADE).count() == 1


@pytest.mark.parametrize("points", [0, True, 1.5, "10", 10**18])
def test_points_that_are_none_are_invalid(points: object) -> None:
    with pytest.raises(Invalid):
        move_points(ProfileFactory(), points=points, cause=BY_HAND, source="back_office")


def test_a_take_back_may_go_below_zero_and_points_may_still_come_in() -> None:
    profile = ProfileFactory()
    order = OrderFactory(profile=profile)

    move_points(profile, points=-5, cause=BY_HAND, source="order_points", order=order, may_go_negative=True)
    assert profile.pot.balance == -5

    move_points(profile, points=3, cause=BY_HAND, source="back_office")
    with pytest.raises(Refused):
        move_points(profile, points=-1, cause=BY_HAND, source="back_office")


def test_what_is_taken_back_is_no_longer_earned_but_what_is_spent_is() -> None:
    profile = ProfileFactory()
    order = OrderFactory(profile=profile)
    move_points(profile, points=50, cause=BY_HAND, source="order_points", order=order)
    move_points(profile, points=-20, cause=BY_HAND, source="order_points", order=order)
    move_points(profile, points=-10, cause=BY_HAND, source="reward")

    assert (profile.pot.balance, profile.pot.earned) == (20, 30)


def test_a_saved_movement_moves_the_balance_and_is_never_changed() -> None:
    movement = MovementFactory(points=25)
    assert movement.profile.pot.balance == 25

    movement.points = 30
    with pytest.raises(UntrackedWrite):
        movement.save()
    with pytest.raises(UntrackedWrite):
        movement.delete()
    with pytest.raises(Refused):
        MovementFactory(profile=movement.profile, points=-26)


def test_a_step_of_a_run_moves_points_once() -> None:
    profile = ProfileFactory()
    move_points(profile, points=5, cause=by_run(9), source="workflow")

    with pytest.raises(IntegrityError), transaction.atomic():
        move_points(profile, points=5, cause=by_run(9), source="workflow")

    profile.pot.refresh_from_db()
    assert profile.pot.balance == 5


def test_moves_of_one_profile_in_a_batch_see_each_other() -> None:
    rich, poor = ProfileFactory(), ProfileFactory()

    outcomes = move_points_many(
        [
            Move(rich.pk, 10, by_run(1), "workflow"),
            Move(poor.pk, -1, by_run(2), "workflow"),
            Move(rich.pk, -8, by_run(3), "workflow"),
            Move(rich.pk, -8, by_run(4), "workflow"),
        ]
    )

    refused = [isinstance(outcome, Refused) for outcome in outcomes]
    assert refused == [False, True, False, True]
    assert (rich.pot.balance, rich.pot.movements_count) == (2, 2)
    assert poor.pot.balance == 0


def test_many_moves_take_a_fixed_number_of_queries_and_keep_their_ids() -> None:
    people = [ProfileFactory() for _index in range(40)]
    moves = [Move(person.pk, 5, by_run(index), "workflow", "Welcome") for index, person in enumerate(people)]

    with CaptureQueriesContext(connection) as few:
        move_points_many(moves[:20])
    with CaptureQueriesContext(connection) as many:
        made = move_points_many([*moves[20:], *[Move(p.pk, 1, by_run(99 + p.pk), "workflow") for p in people[20:]]])

    assert len(many) == len(few) <= 12
    stored = {row.pk: row for row in Movement.objects.all()}
    for movement in made:
        assert isinstance(movement, Movement)
        row = stored[movement.pk]
        assert (row.profile_id, row.points, row.run_id) == (movement.profile_id, movement.points, movement.run_id)
        assert row.occurred_at == movement.occurred_at


def test_the_event_of_a_movement_says_what_was_moved() -> None:
    profile = ProfileFactory()
    when = datetime(2026, 1, 1, tzinfo=UTC)

    move_points(profile, points=7, cause=by_run(1, depth=3), source="workflow", reason="Welcome", occurred_at=when)

    event = Event.objects.get(kind=Kind.MOVEMENT_MADE)
    assert event.snapshot["pot"] == {
        "points": 7,
        "balance_before": 0,
        "balance": 7,
        "source": "workflow",
        "reason": "Welcome",
    }
    assert event.snapshot["spread"] == {"pot_amount_update": 7}
    assert (event.name, event.workflow_id, event.run_id, event.depth) == ("workflow", 7, 1, 3)
    assert event.occurred_at == when < event.recorded_at


class LedgerTest(TestCase):
    """Whatever is moved, the ledger adds up."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(-30, 40), st.booleans()), max_size=12))
    def test_the_ledger_adds_up_whatever_is_moved(self, wanted: list[tuple[int, int, bool]]) -> None:
        people = [ProfileFactory() for _index in range(3)]
        moves = [Move(people[who].pk, points, BY_HAND, "api", may_go_negative=may) for who, points, may in wanted]

        move_points_many(moves[: len(moves) // 2])
        move_points_many(moves[len(moves) // 2 :])

        for pot in Pot.objects.filter(profile__in=people):
            rows = list(pot.movements.order_by("number"))
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            assert pot.balance == (rows[-1].balance_after if rows else 0)
            assert pot.balance == (pot.movements.aggregate(total=Sum("points"))["total"] or 0)
        broken = Movement.objects.exclude(balance_after=F("balance_before") + F("points"))
        assert not broken.exists()
