"""Coupons: given, used, turned out of points."""

from datetime import UTC, datetime, timedelta

import pytest

from crm import clock
from crm.errors import Refused
from crm.services.coupons import add_codes, give_coupon, redeem_reward
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponPoolFactory, PotFactory, RewardFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db


def test_codes_of_a_pool_are_given_in_turn_until_it_is_empty() -> None:
    pool = CouponPoolFactory()
    assert add_codes(pool, codes=["A1", "B2", "A1", " "]) == 2
    assert add_codes(pool, codes=["B2"]) == 0

    given = [give_coupon(ProfileFactory(), pool=pool, cause=BY_HAND).code for _time in range(2)]

    assert given == ["A1", "B2"]
    with pytest.raises(Refused):
        give_coupon(ProfileFactory(), pool=pool, cause=BY_HAND)


def test_generated_codes_are_unique_and_valid_for_their_days() -> None:
    pool = CouponPoolFactory(is_generated=True, prefix="HELLO-", valid_for_days=30)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    with clock.at(noon):
        coupons = [give_coupon(ProfileFactory(), pool=pool, cause=BY_HAND) for _time in range(5)]

    assert len({coupon.code for coupon in coupons}) == 5
    assert coupons[0].code.startswith("HELLO-")
    assert coupons[0].valid_until == noon + timedelta(days=30)


def test_an_order_uses_its_coupon_once() -> None:
    profile = ProfileFactory()
    coupon = give_coupon(profile, pool=CouponPoolFactory(is_generated=True), cause=BY_HAND)

    order = OrderFactory(profile=profile, coupon=coupon.code)
    OrderFactory(profile=profile, coupon=coupon.code)

    coupon.refresh_from_db()
    assert coupon.order == order


def test_somebody_elses_coupon_is_not_used() -> None:
    coupon = give_coupon(ProfileFactory(), pool=CouponPoolFactory(is_generated=True), cause=BY_HAND)

    OrderFactory(coupon=coupon.code)

    coupon.refresh_from_db()
    assert coupon.used_at is None


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
