"""What happens at the same moment from several sides happens one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from crm.errors import Refused
from crm.models import Consent, Coupon, Movement, Order, Profile, Tag
from crm.services.carts import push_cart
from crm.services.consents import set_consent
from crm.services.coupons import Gift, give_coupon, give_coupons_many
from crm.services.orders import upsert_order
from crm.services.pots import move_points
from crm.services.profiles import upsert_profile
from crm.services.rewards import redeem_reward
from crm.services.tags import change_tags
from tests.factories.causes import BY_API, by_run
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ReferralFactory, ReferralSettingsFactory
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponFactory, CouponPoolFactory, PointsProgrammeFactory, PotFactory, RewardFactory
from tests.factories.sales import OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db(transaction=True)

SIDES = 6


def at_once(act: Callable[[int], Any], sides: int = SIDES) -> list[Any]:
    """Do something from several threads at the same moment; returns results, refusals among them."""
    barrier = Barrier(sides)

    def side(number: int) -> Any:
        try:
            barrier.wait(timeout=20)
            return act(number)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(sides) as pool:
        return list(pool.map(side, range(sides)))


def test_one_email_makes_one_profile() -> None:
    made = at_once(lambda _n: upsert_profile(cause=BY_API, email="zoe@example.com", tags_add=["VIP"]))

    assert sum(created for _profile, created in made) == 1
    assert Profile.objects.count() == 1
    assert Event.objects.filter(kind=Kind.PROFILE_CREATED).count() == 1


def test_one_reference_makes_one_order_that_is_paid_once() -> None:
    PointsProgrammeFactory()
    profile = ProfileFactory()

    at_once(lambda _n: upsert_order(profile, cause=BY_API, reference="r1", status="paid", amount=5000))

    assert Order.objects.count() == 1
    assert Event.objects.filter(kind=Kind.ORDER_PAID).count() == 1
    assert [movement.points for movement in Movement.objects.all()] == [50]


def test_a_reference_that_two_customers_claim_is_the_firsts() -> None:
    people = [ProfileFactory() for _index in range(SIDES)]

    made = at_once(lambda n: upsert_order(people[n], cause=BY_API, reference="r1"))

    assert sum(isinstance(outcome, Refused) for outcome in made) == SIDES - 1
    assert Order.objects.count() == 1


def test_no_more_is_taken_than_there_is() -> None:
    pot = PotFactory(balance=10)

    made = at_once(lambda _n: move_points(pot.profile, points=-4, cause=BY_API, source="api"))

    pot.refresh_from_db()
    assert sum(isinstance(outcome, Movement) for outcome in made) == 2
    assert (pot.balance, pot.movements_count) == (2, 3)


def test_the_first_points_make_one_pot() -> None:
    profile = ProfileFactory()

    at_once(lambda _n: move_points(profile, points=1, cause=BY_API, source="api"))

    assert sorted(profile.movements.values_list("number", "balance_after")) == [(n, n) for n in range(1, SIDES + 1)]


def test_a_consent_changes_once() -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory()

    at_once(lambda _n: set_consent(profile, definition=definition, status="accepted", cause=BY_API))

    assert Consent.objects.count() == 1
    assert Event.objects.filter(kind=Kind.CONSENT_CHANGED).count() == 1


def test_a_new_tag_is_made_once_for_all() -> None:
    people = [ProfileFactory() for _index in range(SIDES)]

    at_once(lambda n: change_tags(people[n], add=["VIP"], cause=BY_API))

    assert Tag.objects.count() == 1
    assert Event.objects.filter(kind=Kind.TAG_ADDED).count() == SIDES


def test_each_push_of_a_cart_is_counted() -> None:
    profile = ProfileFactory()

    at_once(lambda n: push_cart(profile, cause=BY_API, key="c1", payload={"items": [{"name": str(n)}]}))

    assert profile.carts.get().pushes == SIDES


def test_each_code_is_given_to_one_person() -> None:
    pool = CouponPoolFactory()
    for index in range(SIDES):
        CouponFactory(pool=pool, code=f"C{index}")
    people = [ProfileFactory() for _index in range(SIDES)]

    given = at_once(lambda n: give_coupon(people[n], pool=pool, cause=BY_API).code)

    assert sorted(given) == [f"C{index}" for index in range(SIDES)]


def test_batches_that_empty_a_pool_together_give_each_code_once() -> None:
    pool = CouponPoolFactory()
    for index in range(SIDES * 3 - 2):
        CouponFactory(pool=pool, code=f"C{index}")
    people = [[ProfileFactory() for _index in range(3)] for _side in range(SIDES)]

    given = at_once(lambda n: give_coupons_many([Gift(person.pk, pool.pk, BY_API) for person in people[n]]))

    outcomes = [outcome for batch in given for outcome in batch]
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, Coupon)]
    assert sorted(codes) == sorted(f"C{index}" for index in range(SIDES * 3 - 2))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2


def test_codes_that_a_failing_batch_held_are_not_lost() -> None:
    pool = CouponPoolFactory()
    CouponFactory(pool=pool, code="ONLY")
    people = [ProfileFactory(), ProfileFactory()]
    has_claimed = Barrier(2)

    def act(number: int) -> Any:
        if number:
            if connection.vendor == "postgresql":
                has_claimed.wait(timeout=20)
            return give_coupon(people[1], pool=pool, cause=BY_API).code
        try:
            with transaction.atomic():
                give_coupon(people[0], pool=pool, cause=BY_API)
                if connection.vendor == "postgresql":
                    has_claimed.wait(timeout=20)
                sleep(0.3)
                raise RuntimeError("the batch fails")
        except RuntimeError:
            return ""

    assert "ONLY" in at_once(act, sides=2)


def test_one_step_gives_one_code() -> None:
    pool, profile = CouponPoolFactory(is_generated=True), ProfileFactory()

    def act(_number: int) -> Any:
        try:
            return give_coupons_many([Gift(profile.pk, pool.pk, by_run(1))])[0]
        except IntegrityError as error:
            return error

    at_once(act)

    assert Coupon.objects.count() == 1


def test_points_are_spent_once_however_many_ask_for_the_reward() -> None:
    pot = PotFactory(balance=100)
    reward = RewardFactory(points=40)

    at_once(lambda _n: redeem_reward(pot.profile, reward=reward, cause=BY_API))

    pot.refresh_from_db()
    assert (pot.balance, Coupon.objects.count()) == (20, 2)


def test_a_sponsor_is_locked_with_the_referee_so_that_nobody_waits_in_a_circle() -> None:
    module = ReferralSettingsFactory(needs_order=True).module
    referrals = [ReferralFactory(module=module) for _index in range(SIDES)]
    sponsors = [referral.sponsor for referral in referrals]

    def act(number: int) -> None:
        OrderFactory(profile=referrals[number].referee, reference=f"r{number}")
        OrderFactory(profile=sponsors[number], reference=f"s{number}")

    at_once(act)

    assert Event.objects.filter(kind=Kind.REFERRAL_VALIDATED).count() == SIDES
