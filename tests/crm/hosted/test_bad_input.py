"""Whatever is sent to the pages of modules ends in a page, and breaks nothing."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client as AnyClient
from django.test.utils import CaptureQueriesContext

from crm.hosted.content import ASKED, PageContent
from crm.hosted.forms import PageForm
from crm.hosted.links import own_link
from crm.models import Consent, Participation, Profile, Referral, Site
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db
STRINGS = naughty_strings()
TEXTS = ("first_name", "last_name", "address", "city", "company")
TYPED = ("gender", "birthday", "postcode", "consent_News", "wording_News")


@pytest.fixture(autouse=True)
def _many_forms(settings) -> None:
    settings.FORMS_PER_HOUR = 100_000


def a_form(**about):
    ConsentWordingFactory(definition=ConsentDefinitionFactory(name="News"), language="en")
    page = {"asks": list(ASKED), "questions": ["Why?"], "consents": ["News"]}
    return ModuleFactory(**{"kind": "form", "slug": "survey", "language": "en", "settings": {"page": page}, **about})


def typed(**values: str) -> dict[str, str]:
    """Return a form that is right but for some values."""
    return {"email": "anna@example.com", "first_name": "Anna", "question_0": "x", **values}


@pytest.mark.parametrize("names", [("email",), ("mobile",), ("question_0", *TEXTS), TYPED])
def test_naughty_strings_in_any_field_are_taken_or_refused_there(names) -> None:
    content = PageContent.of(a_form())
    for text in STRINGS:
        form = PageForm(typed(**dict.fromkeys(names, text)), content=content, language="en")
        assert form.is_valid() or {*form.errors} <= {*names}, text


def test_naughty_texts_are_kept_as_they_are_or_refused() -> None:
    a_form()
    client = AnyClient(enforce_csrf_checks=True)
    kept = 0
    names = ("question_0", *TEXTS)
    for at in range(0, len(STRINGS), len(names)):
        given = dict(zip(names, STRINGS[at : at + len(names)], strict=False))
        answer = client.post("/m/survey/", typed(email=f"n{at}@example.com", **given))
        assert answer.status_code in (302, 400), given
        assert (answer.status_code == 302) or b'class="wrong"' in answer.content
        taken = Participation.objects.select_related("profile").filter(profile__email=f"n{at}@example.com").first()
        if taken is not None:
            kept += 1
            assert taken.answers == {"Why?": given["question_0"].strip()}
            assert all(getattr(taken.profile, name) == text.strip() for name, text in given.items() if name in TEXTS)
    assert kept > 50


def test_naughty_addresses_lead_nowhere() -> None:
    a_form()
    client = AnyClient()
    ReferralModuleFactory(slug="friends")
    for at, text in enumerate(text for text in STRINGS if text):
        places = ("/m/%s/", "/m/friends/by/%s/", "/m/friends/link/%s/", "/m/survey/by/%s/")
        assert client.get(places[at % 4] % quote(text, safe="")).status_code == 404, text


def test_missing_fields_are_said_each_at_its_place() -> None:
    a_form()

    answer = AnyClient().post("/m/survey/", {})

    page = answer.content.decode()
    assert answer.status_code == 400
    for name in ("email", "first_name", "question_0"):
        assert f'id="id_{name}_error"' in page
        assert f'aria-describedby="id_{name}_error"' in page
    assert page.count('id="id_') - page.count("_error") < page.count("<label") * 2


def test_fields_and_consents_that_were_not_asked_are_passed_over() -> None:
    a_form()
    ConsentDefinitionFactory(name="Other")
    names = ("tags", "external_id", "erased_at", "country", "consent_Other", "consent_Nope", "question_9", "id")

    assert AnyClient().post("/m/survey/", typed(**dict.fromkeys(names, "1"))).status_code == 302

    profile = Profile.objects.get()
    assert (profile.external_id, profile.country, profile.erased_at) == (None, "", None)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "settings_of",
    [
        {"page": {"asks": ["email_key", "nope"], "consents": ["Gone"], "questions": []}},
        {"page": None},
        {"page": {}},
        {},
    ],
)
def test_a_page_that_names_what_there_is_not_is_shown_without_it(settings_of) -> None:
    a_form(settings=settings_of)

    assert AnyClient().get("/m/survey/").status_code == 200
    assert AnyClient().post("/m/survey/", {"email": "a@example.com", "first_name": "A"}).status_code == 302


def test_a_page_asks_as_much_for_many_consents_as_for_one() -> None:
    Site.current()
    counts = []
    for number in (1, 10):
        definitions = ConsentDefinitionFactory.create_batch(number)
        for definition in definitions:
            ConsentWordingFactory(definition=definition, language="en")
        page = {"consents": [each.name for each in definitions], "questions": ["Why?"] * number}
        ModuleFactory(kind="form", slug=f"form-{number}", language="en", settings={"page": page})
        with CaptureQueriesContext(connection) as queries:
            answer = AnyClient().get(f"/m/form-{number}/")
        counts.append(len(queries))
        assert len(answer.content) < 20_000

    assert counts[0] == counts[1] <= 5


def test_an_invitation_asks_a_fixed_number_of_queries() -> None:
    Site.current()
    module, sponsor = ReferralModuleFactory(slug="friends"), ProfileFactory()
    link = own_link(module, sponsor.uid).removeprefix("http://testserver")

    with CaptureQueriesContext(connection) as queries:
        AnyClient().get(link)

    assert len(queries) <= 5
    assert not Referral.objects.exists()
