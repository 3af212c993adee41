"""Each type of condition, asked in a block, lets one profile out at Yes and another at No."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings

from actions.tracking.links import pixel_url
from crm.conditions.base import condition_types
from crm.models import ConsentDefinition, Module, Participation, Product, Profile, Tier
from crm.services.consents import set_consent
from crm.services.participations import record_participation
from crm.services.pots import move_points
from crm.services.profiles import change_fields
from crm.services.referrals import start_referral
from crm.services.tags import change_tags
from tests.actions.tracking.reading import a_sent_one, fetch
from tests.browser.catalogue.building import activate, fill, save
from tests.browser.catalogue.starters import (
    CALL,
    CONSENT,
    FAILED,
    FIELD,
    ORDER,
    ORDER_OR_AMOUNT,
    POT,
    TAKES_PART,
    VALIDATED,
)
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.factories import drafts
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.messages import SegmentFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import ProfileFactory, TagFactory
from tests.factories.sales import CartFactory, OrderFactory, ProductFactory
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Do = Callable[[Profile], object]
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What is filled in, what starts the run, and what two profiles do for which it holds and does not."""

    values: Mapping[str, Any]
    yes: Do
    no: Do
    trigger: Row = field(default_factory=lambda: CALL)


def _nothing(_profile: Profile) -> None:
    """Do nothing before the call."""


def _order(**values: Any) -> Do:
    return lambda profile: OrderFactory(profile=profile, **values)


def _ordered_product(reference: str) -> Do:
    return lambda profile: OrderFactory(
        profile=profile, status="paid", products=[Product.objects.get(reference=reference)]
    )


def _consent(name: str = "NewsEmail", status: str = "accepted", source: str = "shop") -> Do:
    def do(profile: Profile) -> None:
        definition = ConsentDefinition.objects.get(name=name)
        set_consent(profile, definition=definition, status=status, cause=BY_API, source=source)

    return do


def _points(points: int, source: str = "api") -> Do:
    return lambda profile: move_points(profile, points=points, cause=BY_API, source=source)


def _change(**values: str) -> Do:
    return lambda profile: change_fields(profile, values=values, cause=BY_API)


def _takes_part(slug: str) -> Do:
    return lambda profile: record_participation(
        Participation(module=Module.objects.get(slug=slug), profile=profile), cause=BY_API
    )


def _sponsors(slug: str) -> Do:
    def do(profile: Profile) -> None:
        referee = ProfileFactory()
        start_referral(profile, referee, module=Module.objects.get(slug=slug), cause=BY_API)
        OrderFactory(profile=referee, status="paid")

    return do


def _fails(code: str) -> Do:
    return lambda profile: OrderFactory(profile=profile, status="failed", failure_code=code)


def _reads(profile: Profile) -> None:
    fetch(pixel_url(a_sent_one(profile).pk).removeprefix(settings.SITE_URL))


def _call(**data: Any) -> Do:
    return lambda profile: call(profile, "go", key=str(profile.pk), **data)


def uid(reference: str) -> str:
    """Stand for a product that the test makes, until the form is filled."""
    return f"product:{reference}"


CASES: dict[str, Case] = {
    "profile_language": Case({"operator": "is", "value": "de"}, _change(language="de"), _nothing),
    "has_ordered": Case({"operator": "gte", "value": "50"}, _order(amount=5_400), _order(amount=100)),
    "order_count": Case({"operator": "gte", "value": "1"}, _order(), _nothing),
    "pot_balance": Case({"operator": "gte", "value": "10"}, _points(10), _points(9)),
    "profile_field": Case({"field": "city", "operator": "is", "value": "Lyon"}, _change(city="Lyon"), _nothing),
    "has_tag": Case(
        {"operator": "any_of", "value": ["gold"]},
        lambda profile: change_tags(profile, add=["Gold"], cause=BY_API),
        _nothing,
    ),
    "consent_status": Case(
        {"consent": "NewsEmail", "operator": "is", "value": "accepted"}, _consent(), _consent(status="refused")
    ),
    "owns_product": Case(
        {"operator": "any_of", "value": [uid("tea")]}, _ordered_product("tea"), _ordered_product("cup")
    ),
    "order_status": Case({"operator": "any_of", "value": ["paid"]}, _order(status="paid"), _order(), ORDER),
    "order_amount": Case({"operator": "gt", "value": "20"}, _order(amount=2_001), _order(amount=2_000), ORDER),
    "order_created_or_updated": Case(
        {"operator": "is", "value": "created"},
        _order(),
        lambda profile: setattr(order := OrderFactory(profile=profile), "amount", 1) or order.save(),
        ORDER_OR_AMOUNT,
    ),
    "order_contains": Case(
        {"operator": "any_of", "products": [uid("tea")]}, _ordered_product("tea"), _ordered_product("cup"), ORDER
    ),
    "first_order": Case(
        {}, _order(), lambda profile: (OrderFactory(profile=profile), OrderFactory(profile=profile)), ORDER
    ),
    "consent_is": Case({"operator": "any_of", "value": ["NewsEmail"]}, _consent(), _consent(name="NewsSMS"), CONSENT),
    "consent_new_status": Case(
        {"operator": "is", "value": "accepted"}, _consent(), _consent(status="refused"), CONSENT
    ),
    "consent_source": Case({"operator": "is", "value": "shop"}, _consent(), _consent(source="till"), CONSENT),
    "pot_source": Case({"operator": "any_of", "value": ["api"]}, _points(1), _points(1, "back_office"), POT),
    "points_moved": Case({"operator": "gte", "value": "10"}, _points(10), _points(9), POT),
    "changed_field": Case(
        {"operator": "any_of", "value": ["city"]}, _change(city="Lyon"), _change(company="Tea Ltd"), FIELD
    ),
    "changed_value": Case(
        {"field": "city", "side": "new", "operator": "is", "value": "Lyon"},
        _change(city="Lyon"),
        _change(city="Nice"),
        FIELD,
    ),
    "data_value": Case(
        {"path": "size", "type": "text", "operator": "is", "value": "L"}, _call(size="L"), _call(size="M")
    ),
    "total_spent": Case({"operator": "gte", "value": "50"}, _order(amount=5_000), _order(amount=4_999)),
    "country": Case({"operator": "is", "value": "DE"}, _change(country="DE"), _nothing),
    "took_part": Case({"operator": "any_of", "value": ["module:wheel"]}, _takes_part("wheel"), _takes_part("quiz")),
    "referral_count": Case({"operator": "gte", "value": "1"}, _sponsors("friends"), _nothing),
    "tier": Case({"operator": "any_of", "value": ["tier:Gold"]}, _points(100), _points(99)),
    "cart_open": Case({}, lambda profile: CartFactory(profile=profile), _nothing),
    "in_segment": Case({"segment": "segment:Germans"}, _change(language="de"), _nothing),
    "message_read": Case({"act": "open"}, _reads, _nothing),
    "balance_crossed": Case({"value": "10", "direction": "up"}, _points(10), _points(9), POT),
    "participation": Case(
        {"operator": "any_of", "value": ["module:wheel"]}, _takes_part("wheel"), _takes_part("quiz"), TAKES_PART
    ),
    "referral_module": Case(
        {"operator": "any_of", "value": ["module:friends"]}, _sponsors("friends"), _sponsors("club"), VALIDATED
    ),
    "failure_code": Case({"operator": "is", "value": "stolen"}, _fails("stolen"), _fails("expired"), FAILED),
}
#: what these start the run with is the call that their profiles make
CALLS = {"data_value"}


def test_there_is_a_case_for_every_type() -> None:
    assert CASES.keys() == set(condition_types.kinds())


@pytest.mark.parametrize("kind", CASES)
def test_a_condition_is_asked_and_decides(open_page: OpenPage, kind: str) -> None:
    for name in ("NewsEmail", "NewsSMS"):
        ConsentDefinitionFactory(name=name)
    TagFactory(name="Gold")
    known = {uid(ref): str(ProductFactory(reference=ref, ownership="forever").uid) for ref in ("tea", "cup")}
    kinds = {"wheel": "game", "quiz": "quiz", "friends": "referral", "club": "referral"}
    known |= {f"module:{slug}": str(ModuleFactory(slug=slug, kind=kind).uid) for slug, kind in kinds.items()}
    known["tier:Gold"] = str(Tier.objects.create(name="Gold", threshold=100).uid)
    german = {"kind": "profile_language", "schema": 1, "config": {"operator": "is", "value": "de"}, "negated": False}
    known["segment:Germans"] = str(SegmentFactory(rules={"mode": "all", "rules": [german]}).uid)
    case = CASES[kind]
    block = drafts.block("c", yes=[drafts.tag("y", "went yes")], no=[drafts.tag("n", "went no")])
    workflow = drafts.draft_workflow(block, triggers=[case.trigger])
    page = open_page()
    page.goto(at("step", workflow.pk, "c"))
    choose(page, "What is asked", str(condition_types[kind].label))
    fill(page, {name: _found(value, known) for name, value in case.values.items()})
    save(page)
    activate(page, workflow)

    ways = {}
    for way, do in (("went yes", case.yes), ("went no", case.no)):
        profile = ProfileFactory(language="fr")
        do(profile)
        if case.trigger is CALL and kind not in CALLS:
            call(profile, "go", key=str(profile.pk))
        work()
        ways[way] = list(profile.tags.filter(tag__name__startswith="went").order_by("-id"))[:1]

    assert {way: [str(link.tag) for link in links] for way, links in ways.items()} == {
        "went yes": ["went yes"],
        "went no": ["went no"],
    }


def _found(value: Any, known: Mapping[str, str]) -> Any:
    return [known.get(item, item) for item in value] if isinstance(value, list) else known.get(value, value)
