"""Each type of trigger, chosen in the builder, starts a run when its fact comes about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from crm import clock
from crm.models import ConsentDefinition, Profile
from crm.services.carts import push_cart
from crm.services.consents import set_consent
from crm.services.pots import move_points
from crm.services.profiles import change_fields, upsert_profile
from tests.browser.catalogue.building import activate, choose, fill, save
from tests.browser.conftest import OpenPage
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import draft_workflow, tag
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
}


def test_there_is_a_case_for_every_type() -> None:
    assert CASES.keys() == set(trigger_types.kinds())


@pytest.mark.parametrize("kind", CASES)
def test_a_trigger_is_chosen_activated_and_starts_a_run(open_page: OpenPage, kind: str) -> None:
    ConsentDefinitionFactory(name="NewsEmail")
    profile = ProfileFactory(city="Paris")
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
