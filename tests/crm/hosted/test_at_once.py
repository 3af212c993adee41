"""Forms and rewards that are sent twice at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from actions.links import POT
from crm.hosted.links import own_link
from crm.models import Coupon, Participation, Profile, Referral
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.points import PotFactory, RewardFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(post: Callable[[], int]) -> list[int]:
    """Do the same four times at once; return what each was answered."""

    def one(_number: int) -> int:
        try:
            return post()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(4)))


def test_a_form_makes_one_profile_with_one_participation() -> None:
    ModuleFactory(kind="form", slug="survey", settings={"page": {"asks": []}})

    assert at_once(lambda: Client().post("/m/survey/", {"email": "anna@example.com"}).status_code) == [302] * 4

    assert (Profile.objects.count(), Participation.objects.count()) == (1, 1)


def test_an_invitation_makes_one_referral() -> None:
    module = ReferralModuleFactory(slug="friends")
    links = [own_link(module, ProfileFactory().uid).removeprefix("http://testserver") for _index in range(4)]
    typed = {"email": "bea@example.com", "first_name": "Bea"}

    assert at_once(lambda: Client().post(links.pop(), typed).status_code) == [302] * 4

    assert (Referral.objects.count(), Participation.objects.count()) == (1, 1)


def test_a_reward_is_taken_once_and_all_see_its_code() -> None:
    pot = PotFactory(balance=100)
    reward = RewardFactory(points=50)
    path, typed = POT.path(pot.profile.uid), {"reward": reward.pk, "after": "1"}

    assert at_once(lambda: Client().post(path, typed).status_code) == [302] * 4

    pot.refresh_from_db()
    assert (pot.balance, Coupon.objects.count()) == (50, 1)
