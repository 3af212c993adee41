"""Coupons: given and used."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.errors import Refused
from crm.models import Coupon, CouponPool
from crm.services.coupon_codes import add_codes
from crm.services.coupons import Gift, give_coupon, give_coupons_many
from tests.factories.causes import BY_HAND, by_run
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponPoolFactory
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


def test_many_gifts_take_the_codes_there_are_and_the_last_are_refused() -> None:
    pool, other = CouponPoolFactory(), CouponPoolFactory(is_generated=True, prefix="X-")
    add_codes(pool, codes=["A1", "B2"])
    pools = [pool, other, pool, pool]
    gifts = [Gift(ProfileFactory().pk, each.pk, by_run(n)) for n, each in enumerate(pools, 1)]

    first, generated, second, refused = give_coupons_many(gifts)

    assert isinstance(first, Coupon)
    assert isinstance(second, Coupon)
    assert isinstance(generated, Coupon)
    assert (first.code, second.code) == ("A1", "B2")
    assert isinstance(refused, Refused)
    kept = Coupon.objects.get(code=generated.code)
    assert kept.code.startswith("X-")
    assert (kept.profile_id, kept.run_id, kept.step_id) == (gifts[1].profile_id, 2, "s1")


@pytest.mark.parametrize("is_generated", [True, False])
def test_many_codes_take_as_many_queries_as_few(is_generated: bool) -> None:
    pool = CouponPoolFactory(is_generated=is_generated)
    add_codes(pool, codes=[f"C{n}" for n in range(100)])
    counts = []
    for number in (2, 30):
        gifts = [Gift(ProfileFactory().pk, pool.pk, BY_HAND) for _index in range(number)]
        with CaptureQueriesContext(connection) as queries:
            give_coupons_many(gifts)
        counts.append(len(queries))

    # on PostgreSQL many rows are copied in, which takes one statement more to number them
    assert counts[1] - counts[0] in (0, 1)
    assert Coupon.objects.filter(profile__isnull=False).count() == 32


def test_a_step_gets_one_code_whatever_happens() -> None:
    pool = CouponPoolFactory(is_generated=True)
    gift = Gift(ProfileFactory().pk, pool.pk, by_run(1))
    give_coupons_many([gift])

    with pytest.raises(IntegrityError):
        give_coupons_many([gift])


def test_figures_of_a_pool_and_the_sign_that_few_are_left() -> None:
    pool = CouponPoolFactory()
    add_codes(pool, codes=[f"C{n}" for n in range(10)])
    assert not CouponPool.objects.running_low()

    coupons = [give_coupon(ProfileFactory(), pool=pool, cause=BY_HAND) for _index in range(9)]
    OrderFactory(profile=coupons[0].profile, coupon=coupons[0].code)

    low = CouponPool.objects.running_low().get()
    assert (low.number, low.free, low.given, low.used) == (10, 1, 9, 1)


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
