"""Each type of trigger, chosen in the builder, starts a run when its fact comes about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from actions.tracking.links import click_url, pixel_url
from crm import clock
from crm.models import ConsentDefinition, Participation, Profile
from crm.services.carts import push_cart
from crm.services.consents import set_consent
from crm.services.participations import record_participation
from crm.services.pots import move_points
from crm.services.profiles import change_fields, upsert_profile
from crm.services.referrals import start_referral
from tests.actions.tracking.reading import SHOP, a_sent_one, fetch
from tests.browser.catalogue.building import activate, fill, save
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import draft_workflow, tag
from tests.factories.messages import NewsletterFactory, ScenarioFactory
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, states, work
from triggers.base import trigger_types
from workflows.engine.due import record_due

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = [{"reference": "tea", "name": "Green tea", "quantity": 2, "unit_price": 2_000}]


@dataclass(frozen=True)
class Case:
    """What is filled in, and what then happens to a profile."""

    cause: Callable[[Profile], object]
    options: Mapping[str, Any] = field(default_factory=dict)


def _push(profile: Profile) -> None:
    push_cart(profile, cause=BY_API, key="c1", lines=LINES)


def _leave_cart(profile: Profile) -> None:
    _push(profile)
    with clock.at(clock.now() + timedelta(hours=2)):
        record_due()


def _accept(profile: Profile) -> None:
    definition = ConsentDefinition.objects.get(name="NewsEmail")
    set_consent(profile, definition=definition, status="accepted", cause=BY_API)


def _participate(profile: Profile) -> None:
    record_participation(Participation(module=ModuleFactory(), profile=profile), cause=BY_API)


def _sponsor(profile: Profile) -> None:
    referee = ProfileFactory()
    start_referral(profile, referee, module=ReferralModuleFactory(), cause=BY_API)
    OrderFactory(profile=referee, status="paid")


def _read(**columns: int) -> Callable[[Profile], object]:
    """Open a message as a person does, by the picture in it."""
    return lambda profile: fetch(_path(pixel_url(a_sent_one(profile, **columns).pk)))


def _path(url: str) -> str:
    return url.removeprefix(settings.SITE_URL)


def _click(profile: Profile) -> None:
    fetch(_path(click_url(a_sent_one(profile).pk, SHOP, is_written=True)))


def _have_birthday(profile: Profile) -> None:
    with clock.at(clock.now() + timedelta(days=1)):
        record_due()


CASES = {
    "cart_updated": Case(_push),
    "consent_updated": Case(_accept, {"consents": ["NewsEmail"]}),
    "api_call": Case(lambda profile: call(profile, "go"), {"identifier": "go"}),
    "order_updated": Case(lambda profile: OrderFactory(profile=profile), {"on_creation": True}),
    "pot_updated": Case(
        lambda profile: move_points(profile, points=5, cause=BY_API, source="api"), {"sources": ["api"]}
    ),
    "profile_created": Case(
        lambda _profile: upsert_profile(email="new@example.com", cause=BY_API), {"origins": ["api"]}
    ),
    "profile_updated": Case(
        lambda profile: change_fields(profile, values={"city": "Lyon"}, cause=BY_API), {"fields_watched": ["city"]}
    ),
    "sale_succeeded": Case(lambda profile: OrderFactory(profile=profile, status="paid")),
    "sale_abandoned": Case(_leave_cart, {"stage": "either", "idle_minutes": 60}),
    "sale_failed": Case(lambda profile: OrderFactory(profile=profile, status="failed")),
    "module_participation": Case(_participate, {"which": "all", "moment": "started"}),
    "referral_validated": Case(_sponsor, {"which": "all"}),
    "newsletter_read": Case(lambda profile: _read(newsletter_id=NewsletterFactory().pk)(profile), {"which": "any"}),
    "scenario_read": Case(lambda profile: _read(scenario_id=ScenarioFactory().pk)(profile), {"which": "any"}),
    "link_clicked": Case(_click, {"which": "any"}),
    "date_reached": Case(_have_birthday, {"field": "birthday", "when": "on", "at": "09:00"}),
}


def test_there_is_a_case_for_every_type() -> None:
    assert CASES.keys() == set(trigger_types.kinds())


@pytest.mark.parametrize("kind", CASES)
def test_a_trigger_is_chosen_activated_and_starts_a_run(open_page: OpenPage, kind: str) -> None:
    ConsentDefinitionFactory(name="NewsEmail")
    profile = ProfileFactory(city="Paris", birthday=(clock.now() + timedelta(days=1)).date().replace(year=1980))
    workflow = draft_workflow(tag(), triggers=[])
    page = open_page()
    page.goto(at("trigger_add", workflow.pk))
    choose(page, "What starts it", str(trigger_types[kind].label))
    fill(page, CASES[kind].options)
    save(page)
    activate(page, workflow)

    CASES[kind].cause(profile)
    work()

    assert states() == [("done", "")]
