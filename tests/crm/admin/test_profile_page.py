"""The page of a profile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm import clock
from crm.admin import timeline
from crm.models import Profile
from tests.factories.consents import ConsentFactory
from tests.factories.deliveries import a_delivery
from tests.factories.modules import ReferralFactory
from tests.factories.people import CustomValueFactory, ProfileFactory, ProfileTagFactory, UserFactory
from tests.factories.points import RewardFactory, TierFactory, give_points
from tests.factories.sales import CartFactory, OrderFactory

pytestmark = pytest.mark.django_db


def page_of(profile: Profile) -> str:
    return reverse("admin:crm_profile_page", args=[profile.pk])


def full_profile(times: int) -> Profile:
    profile = ProfileFactory(first_name="Ada", last_name="Byron", city="Paris", company="Engines")
    for _number in range(times):
        ProfileTagFactory(profile=profile)
        CustomValueFactory(profile=profile)
        ConsentFactory(profile=profile)
        OrderFactory(profile=profile)
        CartFactory(profile=profile)
        ReferralFactory(sponsor=profile)
        give_points(profile, 30)
        a_delivery(profile)
    return profile


def test_it_shows_who_it_is_what_it_has_and_what_happened(admin: Client) -> None:
    TierFactory(name="Gold", threshold=50)
    profile = full_profile(2)
    page = admin.get(page_of(profile)).content.decode()
    order = profile.orders.first()
    consent = profile.consents.first()
    assert order is not None
    assert consent is not None
    for shown in ("Ada Byron", profile.email, "Gold", "Engines", order.reference, str(consent.definition), "60"):
        assert shown in page, shown
    kinds = [row.icon for row in admin.get(page_of(profile)).context["timeline"].rows]
    assert {"mail", "savings", "receipt_long", "verified_user"} <= set(kinds)


def test_it_asks_as_many_queries_for_a_rich_profile_as_for_a_poor_one(admin: Client) -> None:
    counts = []
    for times in (2, 8):
        profile = full_profile(times)
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(page_of(profile)).status_code == 200
        counts.append(len(captured))
    assert counts[1] <= counts[0] <= 25, counts


def test_the_pages_of_the_timeline_hold_every_row_once_newest_first(admin: Client) -> None:
    profile = ProfileFactory()
    same = clock.now() - timedelta(days=2)
    with clock.at(same):
        for _number in range(7):
            give_points(profile, 1)
            a_delivery(profile, planned_at=same)
    for day in range(5):
        with clock.at(same + timedelta(hours=day)):
            give_points(profile, 1)
    seen: list[tuple[str, str]] = []
    before: dict[str, int] = {}
    while True:
        page = timeline.page(profile, before, limit=4)
        seen += [(row.icon, row.url) for row in page.rows]
        before = page.older
        if not before:
            break
    everything = timeline.page(profile, {}, limit=1000).rows
    assert sorted(seen) == sorted((row.icon, row.url) for row in everything)
    assert len(seen) == len(set(seen)) == 7 + 7 + 5 + 1


def test_older_rows_are_reached_by_a_link(admin: Client) -> None:
    profile = ProfileFactory()
    for _number in range(40):
        give_points(profile, 1)
    first = admin.get(page_of(profile))
    older = first.context["timeline"].older
    second = admin.get(page_of(profile), {f"before-{kind}": key for kind, key in older.items()})
    assert len(first.context["timeline"].rows) == 30
    assert not {row.url for row in first.context["timeline"].rows} & {
        row.url for row in second.context["timeline"].rows
    }


@pytest.mark.parametrize(
    "query", ["before-events=abc", "before-events=-1", "show=nothing", "before-events=" + "9" * 40]
)
def test_nonsense_in_the_address_does_no_harm(admin: Client, query: str) -> None:
    assert admin.get(f"{page_of(ProfileFactory())}?{query}").status_code == 200


def test_a_profile_that_is_not_there_is_not_found(admin: Client) -> None:
    assert admin.get(reverse("admin:crm_profile_page", args=[10**15])).status_code == 404


def test_without_the_right_nobody_sees_it_or_gives_points(client: Client) -> None:
    profile = ProfileFactory()
    client.force_login(UserFactory(is_superuser=False))
    assert client.get(page_of(profile)).status_code == 403
    data = {"direction": "give", "points": "50", "reason": "x"}
    assert client.post(reverse("admin:crm_profile_points", args=[profile.pk]), data).status_code == 403


def test_dates_and_amounts_follow_the_users_language(client: Client) -> None:
    profile = ProfileFactory()
    OrderFactory(profile=profile, amount=123450, currency="EUR")
    client.force_login(UserFactory(language="fr"))
    page = client.get(page_of(profile), headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == "fr"
    assert "234,50" in page.content.decode()


def test_points_are_turned_into_the_coupon_of_a_reward(admin: Client) -> None:
    reward = RewardFactory(points=50)
    profile = ProfileFactory()
    give_points(profile, 40)
    address = reverse("admin:crm_profile_reward", args=[profile.pk])
    assert address not in admin.get(page_of(profile)).content.decode()

    admin.post(address, {"reward": reward.pk})
    assert not profile.coupons.exists()

    give_points(profile, 20)
    assert address in admin.get(page_of(profile)).content.decode()
    answer = admin.post(address, {"reward": reward.pk}, follow=True)
    assert profile.coupons.get().code in answer.content.decode()
    assert Profile.objects.get(pk=profile.pk).pot.balance == 10
