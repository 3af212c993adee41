"""Referral pages: the sponsor's link, who comes by it, and what a stranger learns of others: nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client as AnyClient
from django.utils import timezone

from crm.hosted.links import open_token, own_link
from crm.models import Participation, Profile, Referral
from tests.factories.modules import ModuleFactory, ReferralFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db


def Client(**options):
    """Return a browser that holds no token of ours, as a visitor's does not."""
    return AnyClient(enforce_csrf_checks=True, **options)


def a_programme(**about):
    page = {"asks": ["first_name", "mobile"]}
    return ReferralModuleFactory(slug="friends", language="en", settings={"page": page}, **about)


def path_of(url: str) -> str:
    return url[url.index("/m/") :]


def link_to(module, sponsor):
    """Return the path of the link that a sponsor passes on."""
    return path_of(own_link(module, sponsor.uid))


def link_on(page: str) -> str:
    """Return the path of the link that a sponsor's page shows."""
    found = re.search(r">http://testserver(/m/[^<]+)<", page)
    assert found is not None
    return found[1]


def answers(path: str, emails: list[str], **typed: str) -> set[tuple[object, ...]]:
    """Return what each address is answered, without the random part of addresses."""
    found = set()
    for email in emails:
        browser = Client()
        first = browser.post(path, {"email": email, "first_name": "X", **typed})
        where = re.sub(r"/link/[^/]+/", "/link/", first.headers.get("Location", ""))
        second = browser.get(first.url).content if first.status_code == 302 and "/link/" not in first.url else b""
        page = first.content.decode().replace(email, "")
        found.add((first.status_code, where, page, second, tuple(first.cookies)))
    return found


def test_a_sponsor_gets_a_link_and_a_friend_comes_by_it() -> None:
    a_programme()
    mine = Client().post("/m/friends/", {"email": "anna@example.com", "first_name": "Anna"})
    sponsor = Profile.objects.get()
    link = link_on(Client().get(mine.url).content.decode())

    assert "You are invited by a friend." in Client().get(link).content.decode()
    thanks = Client().post(link, {"email": "bea@example.com", "first_name": "Bea"}, follow=True)

    assert thanks.redirect_chain == [("/m/friends/invited/", 302)]
    assert "whom nobody has invited yet" in thanks.content.decode()
    referral = Referral.objects.get()
    assert (referral.sponsor, referral.referee.email) == (sponsor, "bea@example.com")
    assert Participation.objects.count() == 2


def test_the_first_name_is_told_by_the_sponsors_own_link_only() -> None:
    module = a_programme()
    sponsor = ProfileFactory(first_name="Zelda", email="zelda@example.com")

    page = Client().post("/m/friends/", {"email": "zelda@example.com", "first_name": "Eve"}, follow=True)

    by_a_stranger = Client().get(link_on(page.content.decode())).content.decode()
    assert "Zelda" not in page.content.decode() + by_a_stranger
    assert "Zelda invites you." in Client().get(link_to(module, sponsor)).content.decode()


def test_who_becomes_a_sponsor_is_answered_the_same_known_or_not() -> None:
    a_programme()
    known = ProfileFactory(first_name="Zelda", mobile="+33612345678", country="BE")

    assert len(answers("/m/friends/", [known.email, "new@example.com"])) == 1
    assert len(answers("/m/friends/", [known.email, "other@example.com"], mobile="12")) == 1


def test_who_comes_by_a_link_is_answered_the_same_whoever_it_is() -> None:
    module, sponsor = a_programme(), ProfileFactory(email="anna@example.com")
    emails = [
        "new@example.com",
        "anna@example.com",
        "ANNA+friend@example.com",
        OrderFactory().profile.email,
        ReferralFactory(module=module).referee.email,
        ProfileFactory(mobile="+33612345678").email,
    ]

    assert len(answers(link_to(module, sponsor), emails)) == 1
    assert len(answers(link_to(module, sponsor), emails, mobile="12")) == 1


@pytest.mark.parametrize("email", ["anna@example.com", "ANNA@Example.com", "anna+friend@example.com"])
def test_nobody_sponsors_themself_by_the_same_address_or_an_alias_of_it(email) -> None:
    sponsor = ProfileFactory(email="anna@example.com")

    Client().post(link_to(a_programme(), sponsor), {"email": email, "first_name": "Anna"})

    assert list(Profile.objects.all()) == [sponsor]
    assert not Referral.objects.exists()
    assert not Participation.objects.exists()


def test_nobody_sponsors_themself_by_another_address_in_the_same_browser() -> None:
    a_programme()
    browser = Client()
    mine = browser.post("/m/friends/", {"email": "anna@example.com", "first_name": "Anna"})
    page = browser.get(mine.url)
    assert list(page.cookies) == ["declic_sponsors"]
    link = link_on(page.content.decode())

    answer = browser.post(link, {"email": "other@example.com", "first_name": "Other"})

    assert list(mine.cookies) == ["declic_sponsors"]
    assert "nobody sponsors themself" in answer.content.decode()
    assert Profile.objects.count() == 1
    assert Client().post(link, {"email": "other@example.com", "first_name": "Other"}).status_code == 302


def test_nothing_else_leaves_a_cookie() -> None:
    module, sponsor = a_programme(), ProfileFactory()
    ModuleFactory(kind="form", slug="survey")
    browser = Client()

    for path in ("/m/friends/", "/m/survey/", link_to(module, sponsor), "/m/friends/invited/"):
        browser.get(path)
    browser.post("/m/survey/", {"email": "a@example.com", "first_name": "X"})

    assert Participation.objects.count() == 1
    assert not browser.cookies


def test_who_came_by_a_link_sponsors_nobody_else_in_the_same_browser() -> None:
    module, browser = a_programme(), Client()
    browser.post(link_to(module, ProfileFactory()), {"email": "bea@example.com", "first_name": "Bea"})
    bea = Profile.objects.get(email="bea@example.com")

    answer = browser.post(link_to(module, bea), {"email": "other@example.com", "first_name": "Other"})

    assert "nobody sponsors themself" in answer.content.decode()
    assert Referral.objects.count() == 1


def test_a_cookie_that_was_tampered_with_is_no_error() -> None:
    sponsor = ProfileFactory()
    link = link_to(a_programme(), sponsor)
    browser = Client()
    browser.cookies["declic_sponsors"] = f"{sponsor.uid.hex}:forged"

    assert browser.post(link, {"email": "bea@example.com", "first_name": "Bea"}).status_code == 302
    assert Referral.objects.get().sponsor == sponsor


def test_who_ordered_before_or_has_a_sponsor_is_not_sponsored_and_nothing_is_written() -> None:
    module = a_programme()
    buyer, brought = OrderFactory().profile, ReferralFactory().referee
    for email in (buyer.email, brought.email):
        Client().post(link_to(module, ProfileFactory()), {"email": email, "first_name": "X"})

    assert Referral.objects.count() == 1
    assert not Participation.objects.exists()


def test_a_link_that_is_not_ours_leads_nowhere() -> None:
    module, other = a_programme(), ReferralModuleFactory(slug="others")
    token = open_token(module, ProfileFactory().uid)
    for path in (f"/m/others/by/{token}/", "/m/friends/by/x/", f"/m/friends/by/{token}x/", f"/m/others/link/{token}/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"email": "a@example.com", "first_name": "A"}).status_code == 404
    assert other.participations.count() == 0


def test_the_link_of_somebody_who_was_erased_leads_nowhere() -> None:
    sponsor = ProfileFactory()
    link = link_to(a_programme(), sponsor)
    sponsor.erased_at = timezone.now()
    sponsor.save()

    assert Client().get(link).status_code == 404
    assert Client().post(link, {"email": "bea@example.com", "first_name": "Bea"}).status_code == 404


@pytest.mark.parametrize(("times", "status"), [({"starts_at": 1}, 200), ({"ends_at": -1}, 410)])
def test_a_programme_that_is_to_come_or_over_says_so_on_every_page(times, status) -> None:
    module = a_programme(**{name: timezone.now() + timedelta(days=days) for name, days in times.items()})
    sponsor = ProfileFactory()
    token = open_token(module, sponsor.uid)

    for page in ("/m/friends/", "/m/friends/invited/", f"/m/friends/link/{token}/", link_to(module, sponsor)):
        for answer in (Client().get(page), Client().post(page, {"email": "bea@example.com", "first_name": "Bea"})):
            assert answer.status_code == status, page
            assert not answer.cookies
    assert list(Profile.objects.all()) == [sponsor]
