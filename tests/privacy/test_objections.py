"""An erased person who objected is not written to again, and nobody can read their address."""

import pytest

from actions.models import MailboxMessage, Suppression
from crm import clock
from crm.models import Consent, Objection
from crm.services.consents import set_consent
from crm.services.erasure import begin_erasure, carry_on, erase_profile
from crm.services.profiles import change_fields, upsert_profile
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


def test_each_address_keeps_its_own_suppression_former_ones_too() -> None:
    profile = ProfileFactory(email="former@example.com", mobile="+33639981234")
    change_fields(profile, values={"email": "zoe@example.com"}, cause=BY_API)
    Suppression.objects.create(address="former@example.com", reason="hard_bounce")
    Suppression.objects.create(channel="sms", address="+33639981234", reason="by_hand")
    erase_profile(profile, cause=BY_HAND)
    assert not Suppression.objects.exists()
    ProfileFactory(email="zoe@example.com")
    assert not Suppression.objects.exists()
    ProfileFactory(email="former@example.com", mobile="+33639981234")
    kept = set(Suppression.objects.values_list("channel", "address", "reason"))
    assert kept == {("email", "former@example.com", "hard_bounce"), ("sms", "+33639981234", "by_hand")}


def test_a_consent_is_not_refused_to_somebody_who_shares_the_mobile() -> None:
    definition = ConsentDefinitionFactory()
    profile = ProfileFactory(email="zoe@example.com", mobile="+33639981234")
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    other = ProfileFactory(email="ann@example.com", mobile="+33639981234")
    assert not Consent.objects.filter(profile=other).exists()


def test_who_has_no_address_is_known_again_by_the_external_id() -> None:
    definition = ConsentDefinitionFactory()
    profile = ProfileFactory(email="", external_id="C-17")
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    erase_profile(profile, cause=BY_HAND)
    assert Consent.objects.get(profile=ProfileFactory(email="", external_id="C-17")).status == "refused"


def test_what_another_living_profile_holds_too_stays_with_it() -> None:
    one = ProfileFactory(email="former@example.com", mobile="+33639981234")
    change_fields(one, values={"email": "zoe@example.com"}, cause=BY_API)
    ProfileFactory(email="former@example.com", mobile="+33639981234")
    for channel, address in (("email", "former@example.com"), ("sms", "+33639981234")):
        Suppression.objects.create(channel=channel, address=address, reason="by_hand")
        MailboxMessage.objects.create(recipient=address, received_at=clock.now())
    erase_profile(one, cause=BY_HAND)
    assert Suppression.objects.count() == MailboxMessage.objects.count() == 2
    assert not Objection.objects.exists()


def test_an_address_that_is_taken_while_the_erasure_goes_on_stays_suppressed() -> None:
    profile = ProfileFactory(email="zoe@example.com")
    Suppression.objects.create(address="zoe@example.com", reason="complaint")
    erasure = begin_erasure(profile, cause=BY_HAND)
    ProfileFactory(email="zoe@example.com")
    assert carry_on(erasure)
    assert Suppression.objects.get().reason == "complaint"


def test_who_refused_to_be_followed_is_not_followed_when_they_come_back() -> None:
    erase_profile(ProfileFactory(email="zoe@example.com", refuses_tracking=True), cause=BY_HAND)
    again, _created = upsert_profile(cause=BY_IMPORT, email="zoe@example.com")
    again.refresh_from_db()
    assert again.refuses_tracking


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
