"""Hosted pages of modules, as a visitor sees them."""

from datetime import timedelta

import pytest
from django.test import Client as AnyClient
from django.utils import timezone

from crm.hosted.links import link_of, token_of
from crm.models import Consent, Participation, Profile, Referral
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db


def Client(**options):
    """Return a browser that holds no token of ours, as a visitor's does not."""
    return AnyClient(enforce_csrf_checks=True, **options)


def a_form(**page):
    return ModuleFactory(kind="form", slug="survey", language="en", settings={"page": page} if page else {})


def a_programme(**about):
    return ReferralModuleFactory(slug="friends", language="en", **about)


def path_of(url: str) -> str:
    return url[url.index("/m/") :]


def test_a_form_is_shown_in_the_language_of_its_module_without_any_cookie() -> None:
    a_form(title="Survey", intro="Tell us", asks=["first_name", "birthday"], questions=["Tea or coffee?"])
    ModuleFactory(kind="form", slug="enquete", language="fr")
    client = Client(headers={"accept-language": "fr"})

    response = client.get("/m/survey/")

    page = response.content.decode()
    assert all(words in page for words in ("Survey", "Tell us", "Tea or coffee?", 'type="date"', "Your e-mail address"))
    assert response["Content-Language"] == "en"
    assert not response.cookies
    assert client.get("/m/enquete/")["Content-Language"] == "fr"


def test_filling_it_in_makes_a_profile_with_consents_answers_and_a_participation() -> None:
    ConsentDefinitionFactory(name="NewsEmail")
    ConsentDefinitionFactory(name="NewsSMS")
    module = a_form(asks=["first_name"], questions=["Tea or coffee?"], consents=["NewsEmail", "NewsSMS"])

    answer = Client().post(
        "/m/survey/",
        {"email": "Anna@Example.com", "first_name": "Anna", "question_0": "Tea", "consent_NewsEmail": "on"},
    )

    assert answer.url == "/m/survey/thanks/"
    profile = Profile.objects.get()
    taken = Participation.objects.get()
    assert (profile.first_name, profile.origin, profile.language) == ("Anna", "module", "en")
    assert (taken.module, taken.is_complete, taken.answers) == (module, True, {"Tea or coffee?": "Tea"})
    assert [(row.definition.name, row.status) for row in Consent.objects.all()] == [("NewsEmail", "accepted")]


def test_a_stranger_fills_gaps_of_a_known_profile_and_overwrites_nothing() -> None:
    ProfileFactory(email="anna@example.com", first_name="Anna", city="")
    a_form(asks=["first_name", "city"])

    Client().post("/m/survey/", {"email": "ANNA@example.com", "first_name": "Eve", "city": "Lyon"})

    profile = Profile.objects.get()
    assert (profile.first_name, profile.city) == ("Anna", "Lyon")


def test_a_second_time_replaces_the_answers_and_is_no_second_participation() -> None:
    a_form(asks=[], questions=["Tea or coffee?"])
    for answer in ("Tea", "Coffee"):
        Client().post("/m/survey/", {"email": "anna@example.com", "question_0": answer})

    assert Participation.objects.get().answers == {"Tea or coffee?": "Coffee"}


def test_a_machine_that_fills_in_the_hidden_field_is_thanked_and_nothing_is_written() -> None:
    a_form(asks=[])

    answer = Client().post("/m/survey/", {"email": "bot@example.com", "website": "https://spam.example"})

    assert answer.url == "/m/survey/thanks/"
    assert not Profile.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 300 + "@example.com", "a\0@example.com"])
def test_what_is_no_address_is_said_and_nothing_is_written(email) -> None:
    a_form(asks=[])

    answer = Client().post("/m/survey/", {"email": email})

    assert answer.status_code == 400
    assert "Something is missing or not right below." in answer.content.decode()
    assert not Profile.objects.exists()


def test_a_phone_that_is_none_is_said_and_nothing_is_half_written() -> None:
    a_form(asks=["mobile"])

    answer = Client().post("/m/survey/", {"email": "anna@example.com", "mobile": "12"})

    assert answer.status_code == 400
    assert not Profile.objects.exists()
    assert not Participation.objects.exists()


def test_naughty_strings_end_in_a_page_or_an_error_that_is_said() -> None:
    a_form(asks=["first_name", "city"], questions=["Why?"])
    client = Client()
    for at, text in enumerate(naughty_strings()):
        posted = {"email": f"n{at}@example.com", "first_name": text, "city": text, "question_0": text}
        assert client.post("/m/survey/", posted).status_code in (302, 400)
        assert client.post("/m/survey/", {"email": text}).status_code in (302, 400)


def test_a_module_that_is_to_come_or_over_or_archived_or_no_form_takes_nobody_in() -> None:
    day = timedelta(days=1)
    ModuleFactory(kind="form", slug="soon", language="en", starts_at=timezone.now() + day)
    ModuleFactory(kind="form", slug="over", language="en", ends_at=timezone.now() - day)
    ModuleFactory(kind="form", slug="gone", is_archived=True)
    ModuleFactory(kind="game", slug="wheel")
    for slug, status in (("soon", 200), ("over", 410), ("gone", 404), ("wheel", 404), ("nope", 404)):
        assert Client().get(f"/m/{slug}/").status_code == status
        Client().post(f"/m/{slug}/", {"email": "anna@example.com", "first_name": "Anna"})
    assert not Profile.objects.exists()


def test_a_sponsor_gets_a_link_and_a_friend_comes_by_it() -> None:
    module = a_programme()
    mine = Client().post("/m/friends/", {"email": "anna@example.com", "first_name": "Anna"})
    sponsor = Profile.objects.get()
    page = Client().get(mine.url).content.decode()
    assert link_of(module, sponsor) in page

    link = path_of(link_of(module, sponsor))
    assert "Anna invites you." in Client().get(link).content.decode()
    thanks = Client().post(link, {"email": "bea@example.com", "first_name": "Bea"})

    assert thanks.url == "/m/friends/thanks/"
    referral = Referral.objects.get()
    assert (referral.sponsor, referral.referee.email) == (sponsor, "bea@example.com")
    assert Participation.objects.count() == 2


@pytest.mark.parametrize("email", ["anna@example.com", "ANNA@Example.com", "anna+friend@example.com"])
def test_nobody_sponsors_themself_by_the_same_address_or_an_alias_of_it(email) -> None:
    sponsor = ProfileFactory(email="anna@example.com")
    link = path_of(link_of(a_programme(), sponsor))

    answer = Client().post(link, {"email": email, "first_name": "Anna"})

    assert answer.status_code == 400
    assert "Nobody sponsors themself." in answer.content.decode()
    assert list(Profile.objects.all()) == [sponsor]
    assert not Referral.objects.exists()
    assert not Participation.objects.exists()


def test_nobody_sponsors_themself_by_another_address_in_the_same_browser() -> None:
    module, browser = a_programme(), Client()
    browser.post("/m/friends/", {"email": "anna@example.com", "first_name": "Anna"})
    link = path_of(link_of(module, Profile.objects.get()))

    answer = browser.post(link, {"email": "other@example.com", "first_name": "Other"})

    assert "Nobody sponsors themself." in answer.content.decode()
    assert Profile.objects.count() == 1
    assert Client().post(link, {"email": "other@example.com", "first_name": "Other"}).status_code == 302


def test_a_cookie_that_was_tampered_with_is_no_error() -> None:
    sponsor = ProfileFactory()
    link = path_of(link_of(a_programme(), sponsor))
    browser = Client()
    browser.cookies["declic_took_part"] = f"{sponsor.pk}:forged"

    assert browser.post(link, {"email": "bea@example.com", "first_name": "Bea"}).status_code == 302


def test_who_ordered_before_or_has_a_sponsor_is_not_sponsored_and_nothing_is_written() -> None:
    module = a_programme()
    buyer = OrderFactory().profile
    link = path_of(link_of(module, ProfileFactory()))

    answer = Client().post(link, {"email": buyer.email, "first_name": "X"})

    assert answer.status_code == 400
    assert not Referral.objects.exists()
    assert not Participation.objects.exists()


def test_a_link_that_is_not_ours_leads_nowhere() -> None:
    module, other = a_programme(), ReferralModuleFactory(slug="others")
    token = token_of(module, ProfileFactory())
    for path in (f"/m/others/by/{token}/", "/m/friends/by/x/", f"/m/friends/by/{token}x/", f"/m/others/link/{token}/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"email": "a@example.com", "first_name": "A"}).status_code in (404, 405)
    assert other.participations.count() == 0


def test_the_link_of_somebody_who_was_erased_leads_nowhere() -> None:
    sponsor = ProfileFactory()
    link = path_of(link_of(a_programme(), sponsor))
    Profile.objects.filter(pk=sponsor.pk).get()
    sponsor.erased_at = timezone.now()
    sponsor.save()

    assert Client().get(link).status_code == 404
