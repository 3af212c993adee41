"""On which words a consent was given: those that stood on the page, in its language."""

import pytest
from django.test import Client as AnyClient

from actions.links import CONFIRM, PREFERENCES
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm.models import Consent, ConsentChange, ConsentWording
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db


def Client():
    return AnyClient(enforce_csrf_checks=True)


def a_consent(*words: tuple[int, str], **about: object):
    """Return a definition with words by version and language; each says which they are."""
    definition = ConsentDefinitionFactory(name="News", **about)
    for version, language in words:
        ConsentWordingFactory(
            definition=definition, version=version, language=language, text=f"Words {version} {language}"
        )
    return definition


def a_form(language: str = "en"):
    return ModuleFactory(
        kind="form", slug="survey", language=language, settings={"page": {"asks": [], "consents": ["News"]}}
    )


def tick(**typed: str) -> int | None:
    """Send the form with the box ticked; return the version that is kept."""
    Client().post("/m/survey/", {"email": "anna@example.com", "consent_News": "on", **typed})
    return Consent.objects.get().wording_version


@pytest.mark.parametrize(("language", "version"), [("en", 1), ("fr", 2)])
def test_a_form_keeps_the_version_that_it_shows_in_its_language(language: str, version: int) -> None:
    a_consent((1, "en"), (1, "fr"), (2, "fr"))
    a_form(language)

    page = Client().get("/m/survey/").content.decode()

    assert f"Words {version} {language}" in page
    assert f'name="wording_News" value="{version}"' in page
    assert tick(wording_News=str(version)) == version


def test_words_that_are_renewed_while_somebody_types_are_not_those_they_saw() -> None:
    definition = a_consent((1, "en"))
    a_form()
    ConsentWording.objects.create(definition=definition, version=2, language="en", text="New words")

    assert tick(wording_News="1") == 1


@pytest.mark.parametrize("posted", [{}, {"wording_News": "7"}, {"wording_News": "1e9"}, {"wording_News": "²"}])
def test_a_version_that_never_was_is_that_which_is_shown(posted: dict[str, str]) -> None:
    a_consent((1, "en"), (2, "fr"))
    a_form()

    assert tick(**posted) == 1


def test_without_words_in_the_language_the_newest_in_another_are_shown_and_kept() -> None:
    a_consent((1, "fr"), (2, "fr"))
    a_form("en")

    assert "Words 2 fr" in Client().get("/m/survey/").content.decode()
    assert tick() == 2


def test_the_mail_that_asks_to_confirm_shows_and_keeps_the_words_of_its_language() -> None:
    a_consent((1, "en"), (2, "fr"), is_double_opt_in=True)
    a_form("en")
    tick(wording_News="1")
    deliver("mail", 10)
    page = CONFIRM.path(Delivery.objects.get().uid)

    shown = Client().get(page).content.decode()
    Client().post(page)

    assert "Words 1 en" in MailboxMessage.objects.get().text
    assert "Words 1 en" in shown
    assert ConsentChange.objects.get(status="accepted").wording_version == 1


def test_the_preference_centre_shows_and_keeps_the_words_of_its_language() -> None:
    a_consent((1, "en"), (2, "fr"))
    profile = ProfileFactory(language="en")
    page = PREFERENCES.path(profile.uid)

    assert "Words 1 en" in Client().get(page).content.decode()
    Client().post(page, {"consent-News": "accepted"})

    assert Consent.objects.get().wording_version == 1


def test_a_consent_that_was_refused_is_not_accepted_by_whoever_types_the_address() -> None:
    definition = a_consent((1, "en"))
    a_form()
    profile = ProfileFactory(email="anna@example.com")
    Consent(profile=profile, definition=definition, status="refused").save()

    tick(wording_News="1")

    assert Consent.objects.get().status == "refused"
