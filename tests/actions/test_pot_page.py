"""The pot page: from an order to points, to a reward, to a code, to the order that uses it."""

import pytest
from django.test import Client

from actions.links import POT
from crm.models import Coupon, Movement, Profile
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponPoolFactory, PointsProgrammeFactory, PotFactory, RewardFactory, TierFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    """Somebody with a link: no cookie, no login, and CSRF checks on."""
    return Client(enforce_csrf_checks=True)


def page_of(profile: Profile) -> str:
    return POT.path(profile.uid)


def test_the_whole_way_from_an_order_to_the_order_that_uses_the_code(stranger: Client) -> None:
    PointsProgrammeFactory()
    profile = ProfileFactory(language="en")
    reward = RewardFactory(name="Free tea", points=50)
    upsert_order(profile, cause=BY_API, reference="r1", status="paid", amount=6_000)

    shown = stranger.get(page_of(profile)).content.decode()
    assert "60" in shown
    assert "Free tea" in shown

    answer = stranger.post(page_of(profile), {"reward": reward.pk, "after": "1"}, follow=True)
    coupon = Coupon.objects.get()
    assert answer.status_code == 200
    assert answer.context["given"] == coupon
    assert coupon.code in answer.content.decode()
    assert not stranger.cookies
    movement = Movement.objects.latest("id")
    assert (movement.points, movement.source, movement.balance_after) == (-50, "reward", 10)

    upsert_order(profile, cause=BY_API, reference="r2", status="paid", amount=1_000, coupon=coupon.code)
    coupon.refresh_from_db()
    assert coupon.order is not None
    assert coupon.order.reference == "r2"


def test_looking_takes_no_points(stranger: Client) -> None:
    pot = PotFactory(balance=100)
    reward = RewardFactory(points=50)

    stranger.get(page_of(pot.profile), {"reward": reward.pk, "after": "1"})
    stranger.head(page_of(pot.profile))

    assert not Coupon.objects.exists()


def test_a_button_pressed_twice_takes_points_once(stranger: Client) -> None:
    pot = PotFactory(balance=100)
    reward = RewardFactory(points=50)

    first, second = (stranger.post(page_of(pot.profile), {"reward": reward.pk, "after": "1"}) for _time in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert Coupon.objects.get().code in second.content.decode()
    pot.refresh_from_db()
    assert pot.balance == 50


def test_too_few_points_or_no_codes_are_said_and_nothing_is_taken(stranger: Client) -> None:
    pot = PotFactory(balance=100)
    for reward in (RewardFactory(points=101), RewardFactory(points=1, pool=CouponPoolFactory())):
        answer = stranger.post(page_of(pot.profile), {"reward": reward.pk, "after": "1"})
        assert answer.status_code == 409
        assert b'role="alert"' in answer.content

    pot.refresh_from_db()
    assert (pot.balance, Coupon.objects.count()) == (100, 0)


def test_nonsense_takes_nothing(stranger: Client) -> None:
    pot = PotFactory(balance=100)
    RewardFactory(points=101)
    for text in naughty_strings()[:60]:
        assert stranger.post(page_of(pot.profile), {"reward": text, "after": text}).status_code == 409
        assert stranger.get(page_of(pot.profile), {"given": text}).status_code == 200

    assert not Coupon.objects.exists()


def test_nobody_sees_the_code_of_somebody_else(stranger: Client) -> None:
    mine, other = PotFactory(balance=100), PotFactory(balance=100)
    reward = RewardFactory(points=50)
    stranger.post(page_of(other.profile), {"reward": reward.pk, "after": "1"})
    coupon = Coupon.objects.get()

    page = stranger.get(page_of(mine.profile), {"given": coupon.pk}).content.decode()

    assert coupon.code not in page


def test_an_empty_pot_has_a_page_in_the_language_of_the_profile(stranger: Client) -> None:
    TierFactory(name="Bronze", threshold=0)
    answer = stranger.get(page_of(ProfileFactory(language="fr")))

    assert answer.status_code == 200
    assert answer["Content-Language"] == "fr"
    assert "Bronze" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("token", ["x", "AAAA:BBBB", "%00", "a" * 3000])
def test_a_link_that_is_not_ours_leads_nowhere(stranger: Client, token: str) -> None:
    assert stranger.get(f"/pot/{token}/").status_code == 404
    assert stranger.post(f"/pot/{token}/", {"reward": "1"}).status_code == 404
