"""What all pages that customers see have in common."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from actions.links import CONFIRM, POT, PREFERENCES, UNSUBSCRIBE
from actions.models import Delivery
from crm.hosted.frame import Frame, language_of
from crm.hosted.links import open_token, own_link
from crm.hosted.serving import LONGEST_BODY
from crm.models import Profile, Site
from crm.services.consents import set_consent
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.deliveries import a_profile
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponFactory, PotFactory

pytestmark = pytest.mark.django_db


def all_pages() -> list[str]:
    """Return an address of each customers' page, and of one that is none."""
    profile = a_profile(accepts=())
    set_consent(profile, definition=ConsentDefinitionFactory(is_double_opt_in=True), status="accepted", cause=BY_API)
    delivery, module = Delivery.objects.get(), ReferralModuleFactory(slug="friends")
    ModuleFactory(kind="form", slug="survey")
    return [
        *(f"/m/survey/{page}" for page in ("", "thanks/", "nothing/here/")),
        *("/m/friends/", "/m/friends/invited/", f"/m/friends/link/{open_token(module, profile.uid)}/", "/m/none/"),
        own_link(module, profile.uid).removeprefix("http://testserver"),
        *(link.path(profile.uid) for link in (POT, PREFERENCES)),
        *(link.path(delivery.uid) for link in (CONFIRM, UNSUBSCRIBE)),
        *("/pot/x/", "/unsubscribe/x/", "/c/x"),
    ]


def test_nobody_keeps_them_or_indexes_them_or_learns_their_address() -> None:
    for page in all_pages():
        answer = Client().get(page)
        assert "no-store" in answer["Cache-Control"], page
        assert answer["Referrer-Policy"] == "no-referrer", page
        assert "noindex" in answer["X-Robots-Tag"], page
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';"), page
        assert b'<meta name="robots" content="noindex' in answer.content, page
        assert not re.search(rb"<script|<style|style=|https?://(?!testserver)", answer.content), page
        assert not answer.cookies or "/link/" in page, page


def test_they_have_one_frame_and_need_no_script() -> None:
    Site.current()
    for page in all_pages():
        markup = Client().get(page).content.decode()
        assert markup.count("crm/hosted.css") == 1, page
        assert len(markup.encode()) < 20_000, page


def test_a_body_that_is_too_large_or_cannot_be_read_ends_in_a_page_that_says_so() -> None:
    for page in all_pages()[:-1]:  # who follows a link of a mail posts nothing
        large = Client().post(page, "a=" + "x" * LONGEST_BODY, "application/x-www-form-urlencoded")
        assert (large.status_code, b"<h1>" in large.content) == (413, True), page
    for body, kind in (
        ("&".join(f"a{n}=1" for n in range(6000)), "application/x-www-form-urlencoded"),
        ("nonsense", "multipart/form-data"),
        ("--x\r\ncut", "multipart/form-data; boundary=x"),
        ("a=1", "application/x-www-form-urlencoded; charset=utf-16"),
    ):
        for page in ("/m/survey/", PREFERENCES.path(Profile.objects.earliest("id").uid)):
            answer = Client().post(page, body, kind)
            assert answer.status_code in (200, 400), (page, kind)
            assert "no-store" in answer["Cache-Control"]


def test_a_language_that_nobody_speaks_here_is_the_shops() -> None:
    Site.objects.update_or_create(pk=1, defaults={"language": "fr"})
    ModuleFactory(kind="form", slug="sv", language="sv")
    ModuleFactory(kind="form", slug="be", language="en-GB")

    assert Client().get("/m/sv/")["Content-Language"] == "fr"
    assert Client().get("/m/be/")["Content-Language"] == "en"
    assert language_of("xx", "fr_BE") == "fr"
    assert language_of() == "en"


def test_the_zone_is_the_profiles_else_the_shops() -> None:
    Site.objects.update_or_create(pk=1, defaults={"time_zone": "Asia/Tokyo"})

    assert Frame.of().zone == Frame.of(ProfileFactory()).zone == ZoneInfo("Asia/Tokyo")
    assert Frame.of(ProfileFactory(time_zone="America/Lima")).zone == ZoneInfo("America/Lima")


def test_a_module_says_when_it_begins_by_the_clock_of_the_shop() -> None:
    Site.objects.update_or_create(pk=1, defaults={"time_zone": "Asia/Tokyo"})
    ModuleFactory(kind="form", slug="soon", language="en", starts_at=datetime(2999, 12, 31, 20, tzinfo=UTC))

    assert "1 Jan 3000, 05:00" in Client().get("/m/soon/").content.decode()


def test_a_day_on_the_pot_page_is_that_of_the_customers_calendar() -> None:
    late = datetime(2999, 12, 31, 23, 30, tzinfo=UTC)
    for zone, day in (("Asia/Tokyo", "1 Jan 3000"), ("America/Lima", "31 Dec 2999")):
        pot = PotFactory(profile=ProfileFactory(language="en", time_zone=zone))
        CouponFactory(profile=pot.profile, given_at=late, valid_until=late)

        assert f"until {day}" in Client().get(POT.path(pot.profile.uid)).content.decode()
