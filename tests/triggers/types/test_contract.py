"""Every trigger type: its form takes its own example and refuses the rest, and it says itself in both languages."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from crm.models import ConsentDefinition, CustomField, Module, Newsletter, Scenario, ShopStatus, Template
from triggers import types
from triggers.base import Trigger, trigger_types
from triggers.models import Kind

pytestmark = pytest.mark.django_db

NEWSLETTER = "newsletter:6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
SCENARIO = "scenario:6f9619ff-8b86-4d01-b42d-00cf4fc964fe"
GAME, FRIENDS = "7b1f4c0e-0000-4000-8000-000000000001", "7b1f4c0e-0000-4000-8000-000000000002"
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "cart_updated": [{}],
    "consent_updated": [{"consents": ["NewsEmail"]}, {"consents": ["NewsEmail", "NewsSMS"], "to_confirm": True}],
    "api_call": [{"identifier": "quote-asked"}, {"identifier": "Quote_2", "repeated": "updates"}],
    "order_updated": [
        {"on_creation": True},
        {"on_status": True, "status_from": ["new"], "status_to": ["paid", "shop:shipped today"]},
        {"on_status": True, "status_to": ["paid"]},
        {"on_status": True, "status_from": ["new"]},
        {"on_status": True, "on_amount": True, "on_creation": True},
    ],
    "pot_updated": [{"sources": ["api"]}, {"sources": ["workflow", "referral"], "direction": "losses"}],
    "profile_created": [{"origins": ["api", "tracker"]}],
    "profile_updated": [{"fields_watched": ["city", "custom.size", "tags"]}],
    "module_participation": [
        {"which": "all", "moment": "started"},
        {"which": "chosen", "modules": [GAME], "moment": "completed"},
        {"which": "chosen", "modules": [GAME, FRIENDS], "moment": "started"},
        {"which": "all", "moment": "completed"},
    ],
    "referral_validated": [{"which": "all"}, {"which": "chosen", "modules": [FRIENDS]}],
    "sale_succeeded": [{}],
    "sale_abandoned": [{"stage": "checkout", "idle_minutes": 60}, {"stage": "either", "idle_minutes": 10}],
    "sale_failed": [{}],
    "date_reached": [
        {"field": "birthday", "when": "on", "at": "09:00"},
        {"field": "custom.ends", "repeats": "once", "when": "before", "days": 3, "at": "23:59"},
        {"field": "custom.ends", "repeats": "yearly", "when": "after", "days": 366, "at": "00:00"},
    ],
    "newsletter_read": [{}, {"which": "any"}, {"which": "list", "messages": [NEWSLETTER]}],
    "scenario_read": [{"which": "any"}, {"which": "list", "messages": [SCENARIO]}],
    "link_clicked": [
        {"which": "any"},
        {"which": "list", "messages": [NEWSLETTER, SCENARIO], "link": "https://shop.example/sale"},
    ],
}
HOSTILE: dict[str, list[dict[str, Any]]] = {
    "consent_updated": [{}, {"consents": []}, {"consents": "NewsEmail"}, {"consents": ["Nope"]}, {"consents": [{}]}],
    "api_call": [
        {},
        {"identifier": "abandoned_cart"},
        {"identifier": "a b"},
        {"identifier": "é"},
        {"identifier": "a\nb"},
        {"identifier": ["a"]},
        {"identifier": "a" * 81},
        {"identifier": True},
        {"identifier": "a", "repeated": "explodes"},
    ],
    "order_updated": [{}, {"on_status": True, "status_to": ["nope"]}, {"on_status": True, "status_from": {"a": 1}}],
    "pot_updated": [{}, {"sources": ["reward"]}, {"sources": ["api"], "direction": "sideways"}, {"sources": [[]]}],
    "profile_created": [{}, {"origins": ["import"]}, {"origins": ["workflow"]}, {"origins": None}],
    "profile_updated": [
        {},
        {"fields_watched": ["email_key"]},
        {"fields_watched": ["profile__pot"]},
        {"fields_watched": ["custom.nope"]},
        {"fields_watched": 7},
    ],
    "newsletter_read": [
        {"which": "list"},
        {"which": "list", "messages": []},
        {"which": "list", "messages": [SCENARIO]},
        {"which": "list", "messages": ["newsletter:nope"]},
        {"which": "some"},
        {"which": ["any"]},
    ],
    "scenario_read": [{"which": "list", "messages": [NEWSLETTER]}, {"which": "list", "messages": {"a": 1}}],
    "link_clicked": [{"which": "list"}, {"which": "any", "link": "x" * 501}, {"which": "any", "link": ["a"]}],
    "module_participation": [
        {},
        {"which": "chosen", "moment": "started"},
        {"which": "chosen", "modules": [], "moment": "started"},
        {"which": "chosen", "modules": ["nope"], "moment": "started"},
        {"which": "chosen", "modules": [{}], "moment": "started"},
        {"which": "some", "moment": "started"},
        {"which": "all", "moment": "never"},
    ],
    "referral_validated": [{}, {"which": "chosen"}, {"which": "chosen", "modules": [GAME]}, {"which": ["all"]}],
    "sale_abandoned": [
        {"stage": "checkout", "idle_minutes": 9},
        {"stage": "moon", "idle_minutes": 60},
        {"stage": "cart", "idle_minutes": "1e3"},
        {"stage": "cart", "idle_minutes": [60]},
        {"stage": "cart", "idle_minutes": 10**30},
    ],
    "date_reached": [
        {},
        {"field": "email", "when": "on", "at": "09:00"},
        {"field": "custom.size", "when": "on", "at": "09:00"},
        {"field": "custom.nope", "repeats": "once", "when": "on", "at": "09:00"},
        {"field": "birthday", "when": "before", "at": "09:00"},
        {"field": "birthday", "when": "before", "days": 0, "at": "09:00"},
        {"field": "birthday", "when": "after", "days": 367, "at": "09:00"},
        {"field": "birthday", "when": "on", "at": "25:00"},
        {"field": "birthday", "when": "on", "at": 9},
        {"field": "birthday", "when": "on"},
        {"field": "birthday", "when": "someday", "at": "09:00"},
    ],
}
NAUGHTY = [
    "",
    "\0",
    "\ud800",
    "a\0b",
    "' OR 1=1 --",
    "__class__",
    "pk__in",
    "𝕳",
    "\u202e",
    "x" * 10_000,
    {},
    [],
    True,
    -1,
    1e308,
]


@pytest.fixture(autouse=True)
def _shop() -> None:
    ConsentDefinition(name="NewsEmail", label={"en": "Letter", "fr": "Lettre"}).save()
    ConsentDefinition(name="NewsSMS", label={}).save()
    CustomField(name="size", label="Size").save()
    CustomField(name="ends", label="Contract end", type="date").save()
    ShopStatus(name="Shipped today", status="shipped").save()
    template = Template.objects.create(name="Letter")
    Newsletter.objects.create(uid=NEWSLETTER.partition(":")[2], name="March", template=template)
    Scenario.objects.create(uid=SCENARIO.partition(":")[2], name="Birthday", rule="birthday", template=template)
    Module(uid=GAME, name="Wheel", slug="wheel", kind="game").save()
    Module(uid=FRIENDS, name="Friends", slug="friends", kind="referral").save()


def test_each_module_is_registered_under_its_own_name() -> None:
    modules = {path.stem for path in Path(types.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(trigger_types.kinds()) == EXAMPLES.keys()


@pytest.mark.parametrize("cls", list(trigger_types), ids=lambda cls: cls.kind)
def test_its_form_takes_its_examples_there_and_back(cls: type[Trigger]) -> None:
    for example in EXAMPLES[cls.kind]:
        form = cls.form_class.check_config(example)
        assert form.is_valid(), form.errors
        stored = form.config()
        again = cls.form_class.check_config(stored)
        assert again.is_valid(), again.errors
        assert again.config() == stored
        cls.form_class.from_config(stored).as_p()


@pytest.mark.parametrize("cls", list(trigger_types), ids=lambda cls: cls.kind)
def test_it_says_itself_and_its_variables_in_both_languages(cls: type[Trigger]) -> None:
    for example in EXAMPLES[cls.kind]:
        form = cls.form_class.check_config(example)
        assert form.is_valid()
        trigger = cls(form.config())
        for language in ("en", "fr"):
            with translation.override(language):
                assert trigger.describe().strip()
                assert str(cls.label)
                assert str(cls.help)
                assert all(str(variable.label) and variable.path for variable in trigger.variables())


@pytest.mark.parametrize("cls", list(trigger_types), ids=lambda cls: cls.kind)
def test_it_reads_and_ends_by_kinds_of_the_ledger_only(cls: type[Trigger]) -> None:
    assert cls.reads
    assert cls.reads | cls.ended_by <= set(Kind.values)
    assert cls.topics


@pytest.mark.parametrize(("kind", "config"), [(kind, config) for kind in HOSTILE for config in HOSTILE[kind]])
def test_what_makes_no_sense_is_refused_with_a_reason(kind: str, config: dict[str, Any]) -> None:
    form = trigger_types[kind].form_class.check_config(config)
    assert not form.is_valid()
    assert all(str(message) for messages in form.errors.values() for message in messages)


@pytest.mark.parametrize("cls", list(trigger_types), ids=lambda cls: cls.kind)
def test_no_naughty_value_gets_further_than_the_form(cls: type[Trigger]) -> None:
    for name in cls.form_class().fields:
        for value in NAUGHTY:
            example = {**EXAMPLES[cls.kind][-1], name: value}
            form = cls.form_class.check_config(example)
            if form.is_valid():
                cls(form.config()).describe().encode()
            listed = cls.form_class.check_config({**example, name: [value]})
            if listed.is_valid():
                cls(listed.config()).describe().encode()
