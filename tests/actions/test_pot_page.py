"""The pot page: from an order to points, to a reward, to a code, to the order that uses it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.links import POT
from crm import clock
from crm.models import Coupon, Movement, Order, Profile, Site
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.points import (
    CouponFactory,
    CouponPoolFactory,
    MovementFactory,
    PointsProgrammeFactory,
    PotFactory,
    RewardFactory,
    TierFactory,
)
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

    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Coupon.objects.get().code in stranger.get(second.url).content.decode()
    pot.refresh_from_db()
    assert pot.balance == 50


def test_a_look_that_is_out_of_date_takes_nothing(stranger: Client) -> None:
    pot = PotFactory(balance=100)
    reward, other = RewardFactory(points=50), RewardFactory(points=10)
    stranger.post(page_of(pot.profile), {"reward": other.pk, "after": "1"})

    answer = stranger.post(page_of(pot.profile), {"reward": reward.pk, "after": "1"})

    assert answer.status_code == 409
    assert b'role="alert"' in answer.content
    assert Coupon.objects.count() == 1


def test_it_asks_before_points_are_taken(stranger: Client) -> None:
    pot = PotFactory(balance=100, profile=ProfileFactory(language="en"))
    reward = RewardFactory(name="Free tea", points=60)

    listed = stranger.get(page_of(pot.profile)).content.decode()
    asked = stranger.get(page_of(pot.profile), {"reward": reward.pk}).content.decode()

    assert f'href="?reward={reward.pk}"' in listed
    assert "<form" not in listed
    assert "Turn 60 points into a coupon worth 10%?" in asked
    assert "Your balance is 100; 40 will be left." in asked
    assert f'name="after" value="{pot.movements_count}"' in asked


def test_the_history_says_why_in_words_for_customers_only(stranger: Client) -> None:
    PointsProgrammeFactory()
    profile = ProfileFactory(language="en")
    upsert_order(profile, cause=BY_API, reference="R-77", status="paid", amount=120_000)
    for source in Movement.Source.values:
        MovementFactory(profile=profile, source=source, points=5, reason="complains a lot")

    page = stranger.get(page_of(profile)).content.decode()

    assert "complains" not in page
    assert "Points for your order · R-77" in page
    assert "balance 1,205" in page
    assert "From our team" in page


def test_what_is_missing_until_the_next_reward_is_said(stranger: Client) -> None:
    pot = PotFactory(balance=40, profile=ProfileFactory(language="en"))
    RewardFactory(name="Tea", points=40)
    RewardFactory(name="Coffee", points=55)
    RewardFactory(name="Cake", points=2_040)

    page = stranger.get(page_of(pot.profile)).content.decode()

    assert "15 more points until “Coffee”" in page
    assert "2,000 points are missing" in page
    assert page.count("Take it") == 1


def test_the_page_asks_as_much_for_a_long_history_as_for_none(stranger: Client) -> None:
    Site.current()
    counts, sizes = [], []
    for number in (0, 60):
        profile = ProfileFactory(language="en")
        for at in range(number):
            upsert_order(profile, cause=BY_API, reference=f"r{at}", status="paid", amount=100)
            MovementFactory(profile=profile, points=1, order=Order.objects.latest("pk"))
            CouponFactory(profile=profile, given_at=clock.now())
            RewardFactory(points=at + 50)
        with CaptureQueriesContext(connection) as queries:
            page = stranger.get(page_of(profile))
        counts.append(len(queries))
        sizes.append(len(page.content))

    assert counts[0] == counts[1] <= 8
    assert sizes[1] < 100_000
    assert "Older movements are not shown." in page.content.decode()


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


@pytest.mark.parametrize("token", ["x", "AAAA:BBBB", "a" * 3000])
def test_a_link_that_is_not_ours_leads_nowhere(stranger: Client, token: str) -> None:
    assert stranger.get(f"/pot/{token}/").status_code == 404
    assert stranger.post(f"/pot/{token}/", {"reward": "1"}).status_code == 404
