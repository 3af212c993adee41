"""The preference centre: what a profile sees of its consents, and what it may choose."""

import uuid

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.links import CONFIRM, PREFERENCES, UNSUBSCRIBE
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm import clock
from crm.models import Consent, ConsentChange, Profile, Site
from crm.services.consents import set_consent
from tests.conftest import ValkeyServer
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.deliveries import a_definition, a_delivery, a_profile
from tests.naughty import naughty_strings
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    """Somebody with a link: no cookie, no login, and CSRF checks on."""
    return Client(enforce_csrf_checks=True)


def page_of(profile: Profile) -> str:
    return PREFERENCES.path(profile.uid)


def status_of(profile: Profile, name: str) -> str | None:
    return Consent.objects.filter(profile=profile, definition__name=name).values_list("status", flat=True).first()


def test_a_message_links_to_it_and_its_unsubscribe_page_does_too(stranger: Client) -> None:
    parts = {"language": "en", "subject": "Hello", "html": "", "text": "{{ preferences_url }} {{ pot_url }}"}
    delivery = a_delivery(parts=parts)
    deliver("mail", 10)

    address = PREFERENCES.url(delivery.profile.uid)
    assert address in MailboxMessage.objects.get().text
    assert page_of(delivery.profile) in stranger.get(UNSUBSCRIBE.path(delivery.uid)).content.decode()


def test_it_lists_what_can_be_chosen_in_the_language_of_the_profile(stranger: Client) -> None:
    definition = a_definition("NewsEmail")
    ConsentWordingFactory(definition=definition, language="fr", text="Je veux vos nouvelles.")
    ConsentWordingFactory(definition=definition, language="en", text="I want your news.")
    a_definition("LegalBasisOrder", kind="legal_basis")
    ConsentDefinitionFactory(name="Gone", is_archived=True)

    answer = stranger.get(page_of(a_profile(language="fr")), headers={"accept-language": "en"})

    page = answer.content.decode()
    assert '<html lang="fr">' in page
    assert "Je veux vos nouvelles." in page
    assert "I want your news." not in page
    assert "LegalBasisOrder (fr)" in page
    assert "Gone" not in page
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_a_choice_is_kept_with_its_source_and_the_words_that_were_shown(stranger: Client) -> None:
    wording = ConsentWordingFactory(definition=a_definition("NewsEmail"), version=1)
    ConsentWordingFactory(definition=wording.definition, version=2)
    profile = a_profile(accepts=())

    answer = stranger.post(page_of(profile), {"consent-NewsEmail": "accepted", "wording-NewsEmail": "1"})

    assert answer.status_code == 200
    assert status_of(profile, "NewsEmail") == "accepted"
    change = ConsentChange.objects.get(profile=profile)
    assert (change.source, change.wording_version, change.origin) == ("preference_centre", 1, "module")
    assert Event.objects.filter(kind=Kind.CONSENT_CHANGED, profile=profile).count() == 1


def test_looking_changes_nothing_and_the_same_choice_again_neither(stranger: Client) -> None:
    profile = a_profile(accepts=("NewsEmail",))
    stranger.get(page_of(profile), {"consent-NewsEmail": "refused"})
    stranger.head(page_of(profile))
    stranger.post(page_of(profile), {"consent-NewsEmail": "accepted"})

    assert ConsentChange.objects.filter(profile=profile).count() == 1


def test_what_asks_for_a_confirmation_waits_for_it(stranger: Client) -> None:
    ConsentDefinitionFactory(name="Double", is_double_opt_in=True)
    profile = a_profile(accepts=())

    page = stranger.post(page_of(profile), {"consent-Double": "accepted"}).content.decode()
    assert status_of(profile, "Double") == "to_confirm"
    assert 'class="note"' in page

    stranger.post(CONFIRM.path(Delivery.objects.get().uid))
    assert status_of(profile, "Double") == "accepted"


def test_a_legal_basis_is_objected_to_and_never_accepted_directly(stranger: Client) -> None:
    a_definition("Basis", kind="legal_basis")
    profile = a_profile(accepts=("Basis",))

    stranger.post(page_of(profile), {"consent-Basis": "refused"})
    assert status_of(profile, "Basis") == "refused"
    stranger.post(page_of(profile), {"consent-Basis": "accepted"})
    assert status_of(profile, "Basis") == "refused"
    stranger.post(page_of(profile), {"consent-Basis": "unknown"})
    assert status_of(profile, "Basis") == "unknown"
    stranger.post(page_of(profile), {"consent-Basis": "accepted"})
    assert status_of(profile, "Basis") == "unknown"


def test_everything_is_refused_by_one_button(stranger: Client) -> None:
    a_definition("Basis", kind="legal_basis")
    profile = a_profile(accepts=("NewsEmail", "Partners", "Basis"))
    a_definition("Never")

    stranger.post(page_of(profile), {"refuse_all": "1", "consent-NewsEmail": "accepted"})

    assert {status_of(profile, name) for name in ("NewsEmail", "Partners", "Never")} == {"refused"}
    assert status_of(profile, "Basis") == "accepted"


def test_nothing_is_sent_after_a_refusal(stranger: Client) -> None:
    delivery = a_delivery()
    stranger.post(page_of(delivery.profile), {"consent-NewsEmail": "refused"})

    deliver("mail", 10)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("skipped", "no_consent")


def test_nonsense_is_no_choice(stranger: Client, valkey: ValkeyServer) -> None:
    profile = a_profile(accepts=("NewsEmail",))
    for text in naughty_strings()[:100]:
        valkey.flush()
        body = {"consent-NewsEmail": text, "wording-NewsEmail": text, f"consent-{text}": "refused"}
        assert stranger.post(page_of(profile), body).status_code == 200

    assert status_of(profile, "NewsEmail") == "accepted"


@pytest.mark.parametrize("token", ["x", "AAAA:BBBB", f"{uuid.UUID(int=1)}:sig", "a" * 3000])
def test_a_link_that_is_not_ours_leads_nowhere(stranger: Client, token: str) -> None:
    assert stranger.get(f"/preferences/{token}/").status_code == 404
    assert stranger.post(f"/preferences/{token}/", {"refuse_all": "1"}).status_code == 404


def test_a_link_of_one_kind_opens_no_other_page(stranger: Client) -> None:
    profile = a_profile()
    token = PREFERENCES.token(profile.uid)

    assert stranger.get(f"/pot/{token}/").status_code == 404
    assert str(profile.uid) not in token


def test_an_erased_profile_has_no_page(stranger: Client) -> None:
    profile = a_profile()
    models.QuerySet(Profile).filter(pk=profile.pk).update(erased_at=clock.now())

    assert stranger.get(page_of(profile)).status_code == 404


def test_the_page_asks_as_much_for_ten_consents_as_for_one(stranger: Client) -> None:
    Site.current()
    counts = []
    for number in (1, 9):
        for _index in range(number):
            ConsentWordingFactory()
        profile = a_profile(accepts=())
        with CaptureQueriesContext(connection) as queries:
            stranger.get(page_of(profile))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8


def test_a_refused_consent_is_accepted_again_by_the_person(stranger: Client) -> None:
    profile = a_profile(accepts=("NewsEmail",))
    set_consent(profile, definition=a_definition(), status="refused", cause=BY_API)

    stranger.post(page_of(profile), {"consent-NewsEmail": "accepted"})

    assert status_of(profile, "NewsEmail") == "accepted"
