"""A referral from the sponsor's link to the reward of both, through the hosted pages, an order and a workflow."""

import pytest
from django.test import Client

from actions.models import Delivery
from crm.beginnings import make_beginnings
from crm.hosted.links import own_link
from crm.models import Profile, Referral
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.modules import ReferralModuleFactory, ReferralSettingsFactory
from tests.factories.workflows import live, trigger
from tests.workflows.engine.driving import runs, states, work
from tests.workflows.engine.test_modules import letter

pytestmark = pytest.mark.django_db


def test_from_the_link_to_the_reward_and_back_when_the_order_is_refunded() -> None:
    make_beginnings()
    page = {"asks": ["first_name"], "consents": ["NewsEmail"]}
    module = ReferralModuleFactory(slug="friends", language="en", settings={"page": page})
    ReferralSettingsFactory(module=module, minimum_order=5000)
    chosen = trigger("referral_validated", which="chosen", modules=[str(module.uid)])
    thanks = letter(subject="{{ data.referral.referee.first_name }} came", html="<p>Thanks</p>")
    welcome = letter("referee", subject="{{ data.referral.sponsor.first_name }} thanks you")
    live(thanks, welcome, triggers=[chosen])

    browser = Client(enforce_csrf_checks=True)
    browser.post("/m/friends/", {"email": "anna@example.com", "first_name": "Anna", "consent_NewsEmail": "on"})
    sponsor = Profile.objects.get(email="anna@example.com")
    link = own_link(module, sponsor.uid)
    Client(enforce_csrf_checks=True).post(
        link[link.index("/m/") :], {"email": "bea@example.com", "first_name": "Bea", "consent_NewsEmail": "on"}
    )
    referee = Profile.objects.get(email="bea@example.com")
    work()
    assert (Referral.objects.get().status, runs()) == ("pending", [])

    upsert_order(referee, cause=BY_API, reference="O1", status="paid", amount=4999)
    work()
    assert Referral.objects.get().status == "pending"
    upsert_order(referee, cause=BY_API, reference="O2", status="paid", amount=5000)
    work()

    assert Referral.objects.get().status == "validated"
    assert (sponsor.pot.balance, referee.pot.balance) == (100, 20)
    assert ([run.profile for run in runs()], states()) == ([sponsor], [("done", "")])
    sent = Delivery.objects.order_by("id").values_list("recipient", "status", "subject")
    assert list(sent) == [
        ("anna@example.com", "sent", "Bea came"),
        ("bea@example.com", "sent", "Anna thanks you"),
    ]

    upsert_order(referee, cause=BY_API, reference="O2", status="refunded")
    work()
    for profile in (sponsor, referee):
        profile.pot.refresh_from_db()
    assert (sponsor.pot.balance, referee.pot.balance, len(runs())) == (0, 0, 1)
