"""Forms of conditions refuse what no marketer could have chosen, with a reason, and bear anything."""

from pathlib import Path
from typing import Any

import pytest

from crm.conditions import types
from crm.conditions.base import ProfileCondition, condition_types
from crm.forms import ConfigForm, LinesField, MoneyField
from crm.models import ConsentDefinition, CustomField, Product, Tag

pytestmark = pytest.mark.django_db

WRONG: list[tuple[str, Any]] = [
    ("profile_language", {"operator": "is", "value": "xx"}),
    ("profile_language", {"operator": "is", "value": ["fr"]}),
    ("profile_language", {"operator": "any_of", "value": "fr"}),
    ("profile_field", {}),
    ("profile_field", {"field": "email_key", "operator": "is", "value": "x"}),
    ("profile_field", {"field": "pot__balance", "operator": "is", "value": "x"}),
    ("profile_field", {"field": "custom.nope", "operator": "is", "value": "x"}),
    ("profile_field", {"field": "tags", "operator": "is", "value": "x"}),
    ("profile_field", {"field": {"a": 1}, "operator": "is", "value": "x"}),
    ("profile_field", {"field": "city", "operator": "icontains", "value": "x"}),
    ("profile_field", {"field": "city", "operator": "__class__", "value": "x"}),
    ("profile_field", {"field": "city", "operator": ["is"], "value": "x"}),
    ("profile_field", {"field": "city", "operator": "is"}),
    ("profile_field", {"field": "city", "operator": "is", "value": "\0"}),
    ("profile_field", {"field": "city", "operator": "is", "value": "\ud800"}),
    ("profile_field", {"field": "city", "operator": "is", "value": {"a": "b"}}),
    ("profile_field", {"field": "city", "operator": "is", "value": "x" * 501}),
    ("profile_field", {"field": "birthday", "operator": "gt", "value": "2020-01-01"}),
    ("profile_field", {"field": "birthday", "operator": "on", "value": "tomorrow"}),
    ("profile_field", {"field": "birthday", "operator": "last_days", "value": 10**9}),
    ("profile_field", {"field": "custom.size", "operator": "eq", "value": "Infinity"}),
    ("profile_field", {"field": "custom.size", "operator": "contains", "value": "1"}),
    ("has_ordered", {"operator": "gt"}),
    ("has_ordered", {"operator": "contains", "value": 1}),
    ("has_ordered", {"within_count": 10**7, "within_unit": "weeks"}),
    ("has_ordered", {"within_count": 1, "within_unit": "years"}),
    ("order_count", {"operator": "gte", "value": 1.5}),
    ("pot_balance", {"operator": "gte", "value": 10**16}),
    ("has_tag", {"operator": "any_of", "value": ["nope"]}),
    ("has_tag", {"operator": "any_of", "value": [{"a": 1}]}),
    ("has_tag", {"operator": "any_of", "value": []}),
    ("consent_status", {"consent": "Nope", "operator": "is", "value": "accepted"}),
    ("consent_status", {"consent": "NewsEmail", "operator": "is", "value": "given"}),
    ("consent_status", {"consent": "NewsEmail\0", "operator": "is", "value": "accepted"}),
    ("owns_product", {"operator": "any_of", "value": ["not a uid"]}),
    ("owns_product", {"operator": "any_of", "value": ["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"]}),
    ("total_spent", {"operator": "gte"}),
    ("total_spent", {"operator": "contains", "value": 100}),
    ("total_spent", {"operator": "gte", "value": "much"}),
    ("total_spent", {"operator": "gte", "value": 100, "within_count": -1}),
    ("country", {"operator": "is", "value": "ZZ"}),
    ("country", {"operator": "is", "value": "France"}),
    ("country", {"operator": "country__in", "value": "FR"}),
    ("took_part", {"operator": "all_of"}),
    ("took_part", {"operator": "any_of", "value": ["nope"]}),
    ("took_part", {"operator": "any_of", "complete": "perhaps"}),
    ("took_part", {"operator": "any_of", "winner": ["yes"]}),
    ("referral_count", {"operator": "gte", "value": "one"}),
    ("referral_count", {"operator": "sponsor__pk", "value": 1}),
    ("tier", {"operator": "any_of", "value": []}),
    ("tier", {"operator": "all_of", "value": []}),
    ("tier", {"operator": "any_of", "value": ["Gold"]}),
    ("cart_open", {"stage": "payment"}),
    ("cart_open", {"operator": "gt"}),
    ("cart_open", {"operator": "total__gt", "value": 1}),
    ("in_segment", {}),
    ("in_segment", {"segment": "nope"}),
    ("in_segment", {"segment": {"rules": []}}),
    ("in_segment", {"segment": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "rules": {"rules": []}}),
]
NAUGHTY = [
    "",
    "\0",
    "\ud800",
    "' OR 1=1 --",
    "pk__in",
    "𝕳",
    "\u202e",
    "x" * 9_000,
    {},
    [],
    {"a": []},
    True,
    -1,
    1e308,
    None,
]


@pytest.fixture(autouse=True)
def _shop() -> None:
    ConsentDefinition(name="NewsEmail").save()
    CustomField(name="size", label="Size", type="number").save()
    Tag(name="VIP").save()
    Product(reference="P1", name="Lamp").save()


def test_each_general_condition_is_a_module_and_general() -> None:
    for cls in condition_types:
        if cls.__module__.startswith(types.__name__):
            assert issubclass(cls, ProfileCondition)
            assert not cls.topics
            assert (Path(str(types.__file__)).parent / f"{cls.kind}.py").exists()


@pytest.mark.parametrize(("kind", "config"), WRONG)
def test_what_makes_no_sense_is_refused_with_a_reason(kind: str, config: Any) -> None:
    form = condition_types[kind].form_class.check_config(config)
    assert not form.is_valid()
    assert all(str(message) for messages in form.errors.values() for message in messages)


@pytest.mark.parametrize("cls", list(condition_types), ids=lambda cls: cls.kind)
def test_anything_at_all_is_borne(cls: type[Any]) -> None:
    for config in ([], "x", 7, None, {"operator": {}}, {1: 2}):
        assert isinstance(cls.form_class.check_config(config).errors, dict)
    names = [*cls.form_class().fields, "value", "field", "operator"]
    for name in names:
        for value in NAUGHTY:
            for config in ({name: value}, {name: [value]}, {"operator": "is", "field": "city", name: value}):
                form = cls.form_class.check_config(config)
                if form.is_valid():
                    cls(form.config()).describe().encode()


def test_a_form_draws_the_operand_of_the_field_and_operator_that_were_chosen() -> None:
    form_class = condition_types["profile_field"].form_class
    posted = form_class({"config-field": "birthday", "config-operator": "last_days"})
    assert list(posted.fields) == ["field", "operator", "value"]
    assert posted.fields["value"].label == "Number of days"
    assert [name for name, _ in posted.fields["operator"].choices][:2] == ["on", "before"]  # type: ignore[attr-defined]
    stored = form_class.from_config({"field": "city", "operator": "is_empty", "type": "text"})
    assert "value" not in stored.fields


def test_money_is_written_with_a_comma_and_stored_in_cents() -> None:
    class Priced(ConfigForm):
        price = MoneyField()
        names = LinesField(required=False)

    posted = Priced({"config-price": " 1 234,50 ", "config-names": "a\n b \n\na"})
    assert posted.is_valid(), posted.errors
    assert posted.config() == {"price": 123450, "names": ["a", "b"]}
    again = Priced.check_config(posted.config())
    assert again.is_valid()
    assert again.config() == posted.config()
    assert 'value="1234.5"' in Priced.from_config({"price": 123450}).as_p()
    assert not Priced.check_config({"price": "1.234"}).is_valid()
