"""An erased person who objected is not written to again, and nobody can read their address."""

import pytest

from actions.models import Suppression
from crm.models import Consent, Objection
from crm.services.consents import set_consent
from crm.services.erasure import erase_profile
from crm.services.profiles import upsert_profile
from tests.factories.causes import BY_API, BY_HAND, BY_IMPORT
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, trigger
from tests.workflows.engine.driving import states, work

pytestmark = pytest.mark.django_db


def test_a_refused_consent_is_refused_again_by_who_comes_back() -> None:
    definition = LegalBasisFactory(name="LegalBasisOptin")
    profile = ProfileFactory(email="zoe@example.com")
    refusal = set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    again, _created = upsert_profile(cause=BY_IMPORT, email="Zoe@Example.com")
    consent = Consent.objects.get(profile=again)
    assert (consent.status, consent.source, consent.changed_at) == ("refused", "objection", refusal.changed_at)
    assert "zoe" not in str(Objection.objects.values_list())


def test_a_suppressed_address_is_suppressed_again() -> None:
    profile = ProfileFactory(email="zoe@example.com")
    Suppression.objects.create(address="zoe@example.com", reason="complaint")
    erase_profile(profile, cause=BY_HAND)
    assert not Suppression.objects.exists()
    upsert_profile(cause=BY_IMPORT, email="zoe@example.com")
    assert Suppression.objects.get().reason == "complaint"


def test_an_address_taken_over_later_brings_the_objection_too() -> None:
    definition = ConsentDefinitionFactory()
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    other = ProfileFactory(email="ann@example.com")
    other.email = "zoe@example.com"
    other.save()
    assert Consent.objects.get(profile=other).status == "refused"


def test_who_objected_to_nothing_leaves_no_trace() -> None:
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=ConsentDefinitionFactory(), status="accepted", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    assert not Objection.objects.exists()


def test_who_comes_back_may_accept_a_consent_of_their_own_will() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail")
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    again, _created = upsert_profile(cause=BY_API, email="zoe@example.com", consents={"NewsEmail": "accepted"})
    assert Consent.objects.get(profile=again).status == "accepted"


def test_what_is_brought_back_fires_no_trigger() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail")
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    live(
        action("give_points", points=1, reason=""),
        triggers=[trigger("consent_updated", consents=["NewsEmail"])],
    )
    upsert_profile(cause=BY_API, email="zoe@example.com")
    work()
    assert states() == []
