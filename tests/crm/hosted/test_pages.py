"""Hosted pages of modules, as a visitor sees them."""

from datetime import timedelta

import pytest
from django.test import Client as AnyClient
from django.utils import timezone

from crm.hosted.content import HOSTED
from crm.hosted.views import PAGES
from crm.models import Consent, Participation, Profile
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db


def Client(**options):
    """Return a browser that holds no token of ours, as a visitor's does not."""
    return AnyClient(enforce_csrf_checks=True, **options)


def a_form(**page):
    return ModuleFactory(kind="form", slug="survey", language="en", settings={"page": page} if page else {})


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


def test_every_kind_of_module_that_has_a_page_is_served() -> None:
    assert set(PAGES) == {kind.value for kind in HOSTED}


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
