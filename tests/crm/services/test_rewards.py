"""Rewards: points turned into coupons."""

import pytest

from crm.errors import Refused
from crm.services.rewards import redeem_reward
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponPoolFactory, PotFactory, RewardFactory, give_points

pytestmark = pytest.mark.django_db


def test_points_turn_into_the_coupon_of_a_reward() -> None:
    pot = PotFactory(balance=60)
    reward = RewardFactory(points=50)

    coupon = redeem_reward(pot.profile, reward=reward, cause=BY_API)

    pot.refresh_from_db()
    assert (coupon.profile, pot.balance, pot.earned) == (pot.profile, 10, 60)
    assert pot.movements.latest("id").source == "reward"
    with pytest.raises(Refused):
        redeem_reward(pot.profile, reward=reward, cause=BY_API)


def test_no_points_are_taken_where_no_coupon_is_left() -> None:
    pot = PotFactory(balance=60)
    reward = RewardFactory(points=50, pool=CouponPoolFactory())

    with pytest.raises(Refused):
        redeem_reward(pot.profile, reward=reward, cause=BY_API)

    pot.refresh_from_db()
    assert pot.balance == 60


def test_a_reward_that_is_not_offered_any_more_gives_nothing() -> None:
    pot = PotFactory(balance=60)
    reward = RewardFactory(points=50)
    type(reward).objects.update(is_active=False)

    with pytest.raises(Refused):
        redeem_reward(pot.profile, reward=reward, cause=BY_API)


def test_asked_twice_for_one_look_at_the_pot_it_is_done_once() -> None:
    pot = PotFactory(balance=100)
    reward = RewardFactory(points=50)

    first = redeem_reward(pot.profile, reward=reward, cause=BY_API, after=1)
    redeem_reward(pot.profile, reward=reward, cause=BY_API, after=2)
    again = redeem_reward(pot.profile, reward=reward, cause=BY_API, after=1)

    assert again == first
    assert pot.profile.coupons.count() == 2
    with pytest.raises(Refused):
        redeem_reward(pot.profile, reward=RewardFactory(points=1), cause=BY_API, after=1)


def test_who_has_no_pot_has_too_few_points() -> None:
    profile = ProfileFactory()

    with pytest.raises(Refused):
        redeem_reward(profile, reward=RewardFactory(points=1), cause=BY_API, after=0)

    give_points(profile, 1)
    assert redeem_reward(profile, reward=RewardFactory(points=1), cause=BY_API, after=1).code
