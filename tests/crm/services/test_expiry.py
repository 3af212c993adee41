"""How long consents last."""

from datetime import UTC, datetime, timedelta

import pytest

from crm import clock
from crm.models import Consent
from crm.services.consents import confirm_consent
from crm.services.expiry import Act, expire_consents, prolong
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, ConsentFactory
from tests.factories.modules import ParticipationFactory
from tests.factories.sales import OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

DAY_0 = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return DAY_0 + timedelta(days=number)


def given(**definition: object) -> Consent:
    with clock.at(DAY_0):
        return ConsentFactory(definition=ConsentDefinitionFactory(**{"expires_after_days": 30, **definition}))


def status_on(number: int, consent: Consent) -> str:
    with clock.at(day(number)):
        expire_consents()
    consent.refresh_from_db()
    return consent.status


def test_a_consent_runs_out_to_unknown_after_its_days() -> None:
    consent = given()

    assert status_on(29, consent) == "accepted"
    assert status_on(30, consent) == "unknown"
    assert consent.source == "expiry"
    assert Event.objects.filter(kind=Kind.CONSENT_CHANGED).latest("id").snapshot["consent"]["status"] == "unknown"


def test_a_refusal_does_not_run_out() -> None:
    with clock.at(DAY_0):
        consent = ConsentFactory(definition=ConsentDefinitionFactory(expires_after_days=30), status="refused")

    assert status_on(400, consent) == "refused"


def test_a_question_that_nobody_answers_runs_out_to_unknown() -> None:
    with clock.at(DAY_0):
        definition = ConsentDefinitionFactory(is_double_opt_in=True, confirm_within_days=5)
        consent = ConsentFactory(definition=definition)

    assert status_on(4, consent) == "to_confirm"
    assert status_on(5, consent) == "unknown"


def test_a_confirmed_consent_lasts_from_its_confirmation() -> None:
    with clock.at(DAY_0):
        definition = ConsentDefinitionFactory(is_double_opt_in=True, confirm_within_days=5, expires_after_days=30)
        consent = ConsentFactory(definition=definition)
    with clock.at(day(4)):
        confirm_consent(consent, cause=BY_API)

    assert status_on(33, consent) == "accepted"
    assert status_on(34, consent) == "unknown"


def test_the_chosen_acts_prolong_it() -> None:
    consent = given(prolonged_by=["order", "open"])

    with clock.at(day(20)):
        OrderFactory(profile=consent.profile)
    assert status_on(45, consent) == "accepted"

    prolong([consent.profile_id], act=Act.OPEN, at=day(48))
    assert status_on(77, consent) == "accepted"
    assert status_on(78, consent) == "unknown"


def test_other_acts_do_not() -> None:
    consent = given(prolonged_by=["order"])

    with clock.at(day(20)):
        ParticipationFactory(profile=consent.profile)

    assert status_on(30, consent) == "unknown"


@pytest.mark.parametrize(("old", "new", "last_day"), [(30, 60, 59), (60, 30, 29), (None, 30, 29)])
def test_new_days_count_for_consents_already_there(old: int | None, new: int, last_day: int) -> None:
    consent = given(expires_after_days=old)
    consent.definition.expires_after_days = new
    consent.definition.save()

    assert status_on(last_day, consent) == "accepted"
    assert status_on(last_day + 1, consent) == "unknown"


def test_without_days_a_consent_lasts() -> None:
    consent = given()
    consent.definition.expires_after_days = None
    consent.definition.save()

    assert status_on(4000, consent) == "accepted"
