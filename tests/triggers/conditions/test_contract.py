"""Every condition about an event: its form takes its examples, refuses the rest, reads real events, says itself."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm.conditions import types as general
from crm.conditions.ask import Subject, answer, answer_from_facts
from crm.conditions.base import EventCondition, EventView, condition_types
from crm.models import Category, ConsentDefinition, CustomField, Module, Product, ShopStatus
from triggers import conditions
from triggers.base import trigger_types
from triggers.models import Kind

pytestmark = pytest.mark.django_db

ABOUT_EVENTS = [cls for cls in condition_types if issubclass(cls, EventCondition)]
PRODUCT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
GAME = "0b6d7f3e-6f0f-4a3c-9e0b-1f8f5a3d2c11"
REFERRAL = "0b6d7f3e-6f0f-4a3c-9e0b-1f8f5a3d2c22"
NUMBERS = ("eq", "ne", "lt", "lte", "gt", "gte")
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "order_status": [{"operator": "any_of", "value": ["paid"]}, {"operator": "none_of", "value": ["shop:packed"]}],
    "order_amount": [{"operator": name, "value": 5400} for name in NUMBERS],
    "order_created_or_updated": [{"operator": "is", "value": "created"}, {"operator": "any_of", "value": ["status"]}],
    "order_contains": [
        {"operator": "any_of", "products": [PRODUCT], "categories": ["lamps"]},
        {"operator": "all_of", "categories": ["lamps"]},
        {"operator": "none_of", "products": [PRODUCT]},
    ],
    "first_order": [{"operator": "is_yes"}, {"operator": "is_no"}],
    "consent_is": [{"operator": "any_of", "value": ["NewsEmail"]}, {"operator": "none_of", "value": ["NewsEmail"]}],
    "consent_new_status": [{"operator": "is", "value": "accepted"}, {"operator": "any_of", "value": ["refused"]}],
    "consent_source": [{"operator": "contains", "value": "form"}, {"operator": "is_empty"}],
    "pot_source": [{"operator": "any_of", "value": ["api"]}],
    "points_moved": [{"operator": name, "value": -5} for name in NUMBERS],
    "balance_crossed": [{"value": 100, "direction": name} for name in ("up", "down", "either")],
    "participation": [
        {"operator": "any_of", "value": [GAME], "complete": "yes", "winner": "no"},
        {"operator": "none_of", "value": [GAME, REFERRAL]},
        {"operator": "any_of", "winner": "yes"},
    ],
    "referral_module": [{"operator": "any_of", "value": [REFERRAL]}, {"operator": "none_of", "value": [REFERRAL]}],
    "failure_code": [{"operator": "is", "value": "card_declined"}, {"operator": "is_empty"}],
    "changed_field": [{"operator": "any_of", "value": ["city", "custom.size", "tags"]}],
    "changed_value": [
        {"field": "city", "side": "new", "operator": "is", "value": "Évry"},
        {"field": "birthday", "side": "old", "operator": "last_days", "value": 30},
        {"field": "custom.size", "side": "new", "operator": "is", "value": "M"},
        {"field": "tags", "side": "new", "operator": "is", "value": "VIP"},
    ],
    "data_value": [
        {"path": "cart.total", "type": "number", "operator": "gt", "value": "50"},
        {"path": "items[0].name", "type": "text", "operator": "contains", "value": "lamp"},
        {"path": "wanted_on", "type": "date", "operator": "next_days", "value": 7},
        {"path": "gift", "type": "boolean", "operator": "is_yes"},
    ],
}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("order_status", {"operator": "all_of", "value": ["paid"]}),
    ("order_status", {"operator": "any_of", "value": ["nope"]}),
    ("order_amount", {"operator": "contains", "value": 1}),
    ("order_amount", {"operator": "__class__", "value": 1}),
    ("order_amount", {"operator": "gt", "value": "much"}),
    ("order_amount", {"operator": "gt", "value": 10**20}),
    ("order_amount", {"operator": "gt"}),
    ("order_contains", {"operator": "any_of"}),
    ("order_contains", {"operator": "any_of", "products": ["nope"]}),
    ("order_contains", {"operator": "any_of", "categories": ["\0"]}),
    ("first_order", {"operator": "is_empty"}),
    ("consent_new_status", {"operator": "is", "value": "perhaps"}),
    ("balance_crossed", {"value": "", "direction": "up"}),
    ("balance_crossed", {"value": 100, "direction": "sideways"}),
    ("balance_crossed", {"value": 10**16, "direction": "up"}),
    ("participation", {"operator": "all_of", "value": [GAME]}),
    ("participation", {"operator": "any_of", "value": ["nope"]}),
    ("participation", {"operator": "any_of", "complete": "1"}),
    ("referral_module", {"operator": "any_of", "value": []}),
    ("referral_module", {"operator": "any_of", "value": [GAME]}),
    ("failure_code", {"operator": "regex", "value": ".*"}),
    ("failure_code", {"operator": "is"}),
    ("changed_value", {"field": "email_key", "side": "new", "operator": "is", "value": "x"}),
    ("changed_value", {"field": "city__icontains", "side": "new", "operator": "is", "value": "x"}),
    ("changed_value", {"field": ["city"], "side": "new", "operator": "is", "value": "x"}),
    ("changed_value", {"field": "city", "side": "middle", "operator": "is", "value": "x"}),
    ("changed_value", {"field": "birthday", "side": "new", "operator": "contains", "value": "x"}),
    ("data_value", {"path": "", "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a..b", "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a[x]", "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a b", "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a." * 30 + "b", "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a", "type": "code", "operator": "is_empty"}),
    ("data_value", {"path": {"a": 1}, "type": "text", "operator": "is_empty"}),
    ("data_value", {"path": "a", "type": "number", "operator": "gt", "value": "NaN"}),
    ("data_value", {"path": "a", "type": "text", "operator": "is", "value": ["a"]}),
    ("data_value", {"path": "a", "type": "text", "operator": "is", "value": "\ud800"}),
]


@pytest.fixture(autouse=True)
def _shop() -> None:
    category = Category.objects.create(reference="lamps", name="Lamps")
    Product(uid=PRODUCT, reference="P1", name="Lamp", category=category).save()
    ConsentDefinition(name="NewsEmail", label={"en": "Letter"}).save()
    Module(uid=GAME, name="Wheel", slug="wheel", kind="game").save()
    Module(uid=REFERRAL, name="Friends", slug="friends", kind="referral").save()
    CustomField(name="size", label="Size", type="choice", choices=["S", "M"]).save()
    ShopStatus(name="Packed", status="processing").save()


def cleaned(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    form = condition_types[kind].form_class.check_config(config)
    assert form.is_valid(), (kind, config, form.errors)
    return form.config()


def test_each_module_is_registered_under_its_own_name() -> None:
    for package, kinds in ((conditions, EXAMPLES), (general, None)):
        modules = {path.stem for path in Path(str(package.__file__)).parent.glob("*.py")} - {"__init__"}
        registered = {cls.kind for cls in condition_types if cls.__module__.startswith(package.__name__ + ".")}
        assert modules == registered
        assert kinds is None or modules == kinds.keys()


@pytest.mark.parametrize("cls", ABOUT_EVENTS, ids=lambda cls: cls.kind)
def test_its_form_takes_its_examples_there_and_back_and_says_them(cls: type[EventCondition]) -> None:
    for example in EXAMPLES[cls.kind]:
        stored = cleaned(cls.kind, example)
        assert cleaned(cls.kind, stored) == stored
        assert cls.form_class.from_config(stored).as_p()
        for language in ("en", "fr"):
            with translation.override(language):
                assert cls(stored).describe().strip()


@pytest.mark.parametrize("cls", ABOUT_EVENTS, ids=lambda cls: cls.kind)
def test_it_is_offered_with_triggers_that_state_what_it_reads(cls: type[EventCondition]) -> None:
    offered_with = [trigger for trigger in trigger_types if trigger.topics & cls.topics]
    assert offered_with
    assert cls.reads <= set(Kind.values)
    assert all(trigger.reads & cls.reads for trigger in offered_with)


@pytest.mark.parametrize(("kind", "config"), WRONG)
def test_what_makes_no_sense_is_refused_with_a_reason(kind: str, config: dict[str, Any]) -> None:
    form = condition_types[kind].form_class.check_config(config)
    assert not form.is_valid()
    assert all(str(message) for messages in form.errors.values() for message in messages)


@pytest.mark.parametrize("cls", ABOUT_EVENTS, ids=lambda cls: cls.kind)
def test_it_is_false_in_a_run_that_another_kind_of_event_started_negated_or_not(cls: type[EventCondition]) -> None:
    subject = Subject(1, EventView(next(kind for kind in Kind.values if kind not in cls.reads), 1))
    for example in EXAMPLES[cls.kind]:
        for negated in (False, True):
            found = answer([(cls.kind, cleaned(cls.kind, example), negated)], {1: subject})[1]
            assert not found.holds
            assert found.saw[0]["applies"] is False


@pytest.mark.parametrize("cls", ABOUT_EVENTS, ids=lambda cls: cls.kind)
def test_it_bears_an_empty_or_strange_snapshot_and_asks_the_database_nothing(cls: type[EventCondition]) -> None:
    strange: list[dict[str, Any]] = [{}, {"order": {"lines": None}}, {"items": "x"}, {"cart": [], "items": [{}]}]
    for example in EXAMPLES[cls.kind]:
        asked = [(cls.kind, cleaned(cls.kind, example), False)]
        for kind in cls.reads:
            for snapshot in strange:
                subjects = {1: Subject(1, EventView(kind, 1, name="city", snapshot=snapshot))}
                with CaptureQueriesContext(connection) as queries:
                    assert answer(asked, subjects) == answer_from_facts(asked, subjects, {})
                assert len(queries) == 0
