"""Reading a message prolongs the consents whose definition says so, when a person read it."""

from datetime import timedelta

import pytest

from actions.models import Delivery
from actions.tracking.recording import record_click, record_open
from crm import clock
from crm.models import Consent, ConsentDefinition
from crm.services.consents import set_consent
from tests.actions.tracking.reading import PERSON, ROBOT, SHOP, a_sent_one
from tests.factories.causes import BY_API
from tests.factories.deliveries import a_profile

pytestmark = pytest.mark.django_db

DAYS = 100


def a_mail_to_somebody_who_accepted(*acts: str, days_ago: int = 40) -> Delivery:
    """Return a mail that left lately to a person whose consent is prolonged by these acts."""
    definition = ConsentDefinition.objects.create(name="NewsEmail", expires_after_days=DAYS, prolonged_by=list(acts))
    profile = a_profile(accepts=())
    at = clock.now() - timedelta(days=days_ago)
    set_consent(profile, definition=definition, status="accepted", cause=BY_API, occurred_at=at)
    return a_sent_one(profile)


def days_left() -> int:
    expires_at = Consent.objects.get().expires_at
    assert expires_at
    return round((expires_at - clock.now()) / timedelta(days=1))


@pytest.mark.parametrize(("act", "left"), [("open", 100), ("click", 60), ("order", 60)])
def test_an_open_by_a_person_counts_where_opens_do(act: str, left: int) -> None:
    assert record_open(a_mail_to_somebody_who_accepted(act).pk, agent=PERSON)
    assert days_left() == left


@pytest.mark.parametrize(("act", "left"), [("click", 100), ("open", 100), ("order", 60)])
def test_a_click_is_a_reading_too(act: str, left: int) -> None:
    assert record_click(a_mail_to_somebody_who_accepted(act).pk, SHOP, agent=PERSON)
    assert days_left() == left


def test_what_a_robot_does_prolongs_nothing() -> None:
    delivery = a_mail_to_somebody_who_accepted("open", "click")
    assert not record_open(delivery.pk, agent=ROBOT)
    assert not record_click(delivery.pk, SHOP, agent=ROBOT)
    assert days_left() == 60


def test_a_report_that_comes_late_counts_from_when_it_happened() -> None:
    delivery = a_mail_to_somebody_who_accepted("open")
    record_open(delivery.pk, agent=PERSON, occurred_at=clock.now() - timedelta(minutes=5))
    expires_at = Consent.objects.get().expires_at
    assert expires_at
    assert expires_at < clock.now() + timedelta(days=DAYS)


def test_a_consent_that_has_run_out_is_not_revived() -> None:
    delivery = a_mail_to_somebody_who_accepted("open", days_ago=DAYS + 1)
    assert record_open(delivery.pk, agent=PERSON)
    assert days_left() == -1
