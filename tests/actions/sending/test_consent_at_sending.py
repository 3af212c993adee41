"""Consent is asked again at the moment of sending, whichever way it was lost since the message was planned."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from actions.base import action_types
from actions.links import PREFERENCES, UNSUBSCRIBE
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm import clock
from crm.models import Consent
from crm.services.consents import set_consent
from crm.services.expiry import expire_consents
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.deliveries import a_definition, a_delivery, a_profile
from tests.factories.people import UserFactory
from tests.factories.steps import a_step

pytestmark = pytest.mark.django_db
Way = Callable[[Delivery], object]


def by_the_api(delivery: Delivery) -> None:
    set_consent(delivery.profile, definition=a_definition(), status="refused", cause=BY_API)


def by_an_import(delivery: Delivery) -> None:
    set_consent(delivery.profile, definition=a_definition(), status="refused", cause=BY_IMPORT)


def by_one_click(delivery: Delivery) -> None:
    other = a_delivery(delivery.profile, status="sent")
    Client().post(UNSUBSCRIBE.path(other.uid), {"List-Unsubscribe": "One-Click"})


def by_its_own_link(delivery: Delivery) -> None:
    Client().post(UNSUBSCRIBE.path(delivery.uid), {"List-Unsubscribe": "One-Click"})


def in_the_preference_centre(delivery: Delivery) -> None:
    Client().post(PREFERENCES.path(delivery.profile.uid), {"consent-NewsEmail": "refused"})


def by_refusing_everything(delivery: Delivery) -> None:
    Client().post(PREFERENCES.path(delivery.profile.uid), {"refuse_all": "1"})


def in_the_back_office(delivery: Delivery) -> None:
    client = Client()
    client.force_login(UserFactory())
    data = {"definition": a_definition().pk, "status": "refused"}
    client.post(reverse("admin:crm_profile_consent", args=[delivery.profile_id]), data)


def by_a_workflow(delivery: Delivery) -> None:
    effect = next(action_types["withdraw_consent"]({"consents": ["NewsEmail"]}).plan(a_step(delivery.profile)))
    type(effect).apply_many([effect])


def by_running_out(delivery: Delivery) -> None:
    models.QuerySet(Consent).filter(profile=delivery.profile).update(expires_at=clock.now() - timedelta(minutes=1))


def by_having_run_out(delivery: Delivery) -> None:
    by_running_out(delivery)
    expire_consents()


def by_becoming_unknown(delivery: Delivery) -> None:
    set_consent(delivery.profile, definition=a_definition(), status="unknown", cause=BY_API)


WAYS = [
    *(by_the_api, by_an_import, by_one_click, by_its_own_link, in_the_preference_centre, by_refusing_everything),
    *(in_the_back_office, by_a_workflow, by_running_out, by_having_run_out, by_becoming_unknown),
]


@pytest.mark.parametrize("lose", WAYS, ids=lambda way: way.__name__)
def test_a_planned_message_stays_when_its_consent_is_lost(lose: Way) -> None:
    delivery, other = a_delivery(), a_delivery()
    lose(delivery)

    deliver("mail", 10)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("skipped", "no_consent")
    assert [message.recipient for message in MailboxMessage.objects.all()] == [other.recipient]


def test_a_consent_that_waits_to_be_confirmed_is_none() -> None:
    delivery = a_delivery(a_profile(accepts=()))
    set_consent(delivery.profile, definition=a_definition(), status="to_confirm", cause=BY_IMPORT)

    deliver("mail", 10)

    delivery.refresh_from_db()
    assert delivery.reason == "no_consent"


def test_a_service_message_stays_when_its_legal_basis_is_objected_to() -> None:
    a_definition("LegalBasisOrder", kind="legal_basis")
    profile = a_profile(accepts=("LegalBasisOrder", "NewsEmail"))
    delivery = a_delivery(profile, rules={"purpose": "service", "consents": ["LegalBasisOrder"]})
    Client().post(PREFERENCES.path(profile.uid), {"consent-LegalBasisOrder": "refused"})

    deliver("mail", 10)

    delivery.refresh_from_db()
    assert delivery.reason == "no_consent"
