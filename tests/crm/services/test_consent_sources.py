"""Every way by which our own code changes a consent has a name, and the same words wherever people read it."""

import pytest

from actions.replies import STOPS, refuse_messages
from crm.cause import Origin
from crm.consent_sources import ConsentSource, known_source, said_source
from crm.models import Consent, ConsentChange
from crm.services.consents import set_consent
from crm.services.erasure import erase_profile
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.deliveries import a_profile
from triggers.conditions.consent_source import ConsentSource as ConsentSourceCondition

pytestmark = pytest.mark.django_db


def test_every_origin_is_a_source_since_it_stands_where_nobody_names_one() -> None:
    assert set(Origin.values) <= set(ConsentSource.values)


@pytest.mark.parametrize("channel", sorted(STOPS))
def test_an_answer_stop_has_words_and_outlives_an_erasure(channel: str) -> None:
    ConsentDefinitionFactory(name="Short", channels=[channel])
    profile = a_profile(mobile="+33639981234", accepts=("Short",))
    refuse_messages(["+33639981234"], channel=channel)
    source = Consent.objects.get(definition__name="Short").source
    assert said_source(source) != f"by “{source}”"
    erase_profile(profile, cause=BY_HAND)
    assert ConsentChange.objects.filter(status="refused").values_list("source", flat=True).get() == source


def test_a_word_of_a_caller_is_quoted_and_erased() -> None:
    profile = a_profile(accepts=())
    set_consent(
        profile, definition=ConsentDefinitionFactory(), status="accepted", cause=BY_API, source="Zoé at the till"
    )
    assert said_source("Zoé at the till") == "by “Zoé at the till”"
    erase_profile(profile, cause=BY_HAND)
    assert (Consent.objects.get().source, known_source("Zoé at the till")) == ("", "")


def test_the_condition_says_ours_in_words_and_takes_any() -> None:
    ours = ConsentSourceCondition({"operator": "is", "value": "sms_stop"})
    theirs = ConsentSourceCondition({"operator": "contains", "value": "till"})
    assert ours.describe() == "the source of the consent is by the answer STOP to an SMS"
    assert theirs.describe() == "the source of the consent contains “till”"
    assert "preference_centre" in str(ConsentSourceCondition.form_class({"operator": "is"}).fields["value"].help_text)
