"""Fields, operators, types and lookups come from maps of ours: whatever else is written is refused, clearly."""

from typing import Any

import pytest
from django.db.models import Q

from crm.conditions.base import EventCondition, condition_types
from crm.conditions.segments import clean_rules, segment_q
from crm.errors import Invalid
from crm.models import Profile
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db

LOOKUPS = [
    "pk__in",
    "city__regex",
    "pot__balance",
    "orders__amount__gt",
    "profile__user__password",
    "email_key",
    "erased_at",
    "custom.__class__",
    "custom.size__gt",
    "custom.",
    "tags",
    "objects",
    "_state",
    "1=1 OR city",
    'city"; DROP TABLE crm_profile; --',
]
HOSTILE = [*LOOKUPS, *(text for text in naughty_strings() if text.strip())]


def chosen_from(cls: Any, name: str) -> set[str]:
    return {str(value) for value, _label in getattr(cls.form_class().fields[name], "choices", ())}


@pytest.mark.parametrize("cls", list(condition_types), ids=lambda cls: cls.kind)
@pytest.mark.parametrize("name", ["field", "operator", "type", "side", "stage", "direction", "complete"])
def test_a_hostile_name_is_refused_with_a_reason(cls: Any, name: str) -> None:
    if name not in cls.form_class().fields:
        return
    offered = chosen_from(cls, name)
    for text in HOSTILE:
        form = cls.form_class.check_config({name: text})
        assert text in offered or form.errors[name], (cls.kind, text)
        assert all(str(message) for messages in form.errors.values() for message in messages)


@pytest.mark.parametrize("days", [10**7, 10**12, -(10**12)])
@pytest.mark.parametrize("operator", ["last_days", "next_days", "older_days"])
def test_days_beyond_all_days_are_refused_with_a_reason(days: int, operator: str) -> None:
    config = {"field": "birthday", "type": "date", "operator": operator, "value": days}
    with pytest.raises(Invalid, match="what is no value"):
        segment_q({"rules": [{"kind": "profile_field", "config": config}]})


def test_a_naughty_text_is_a_value_like_any_other() -> None:
    CustomFieldFactory(name="colour")
    ProfileFactory(city="Paris")
    for text in naughty_strings():
        rules = []
        for field, operator in (("city", "contains"), ("custom.colour", "is")):
            config = {"field": field, "operator": operator, "value": text}
            if condition_types["profile_field"].form_class.check_config(config).is_valid():
                rules.append({"kind": "profile_field", "config": config})
        if rules:
            assert Profile.objects.filter(segment_q(clean_rules({"mode": "all", "rules": rules}))).count() == 0


def test_a_segment_asks_nothing_that_no_condition_asks() -> None:
    events = [cls.kind for cls in condition_types if issubclass(cls, EventCondition)]
    for kind in [*HOSTILE, *events]:
        for rules in ({"rules": [{"kind": kind, "config": {}}]}, {"rules": [{"rules": [{"kind": kind}]}]}):
            with pytest.raises(Invalid, match="cannot ask this"):
                clean_rules(rules)
            with pytest.raises(Invalid, match="cannot ask this"):
                segment_q(rules)


@pytest.mark.parametrize(
    "rules",
    [
        {"rules": [{"kind": "country", "config": "FR"}]},
        {"rules": [{"kind": "country", "config": ["operator"]}]},
        {"rules": [{"kind": "country", "config": {}, "schema": "1"}]},
        {"rules": [{"kind": {"a": 1}, "config": {}}]},
        {"rules": [{"kind": ["country"], "config": {}}]},
        {"rules": {"kind": "country"}},
        {"rules": [None]},
        {"rules": [{"segment": {"$ne": ""}}]},
        {"rules": [{"segment": None}]},
        {"rules": [{"segment": "\0"}]},
        {"rules": [{"kind": "in_segment", "config": {"rules": {"rules": []}}}]},
        {"rules": [{"kind": "country", "config": {"operator": "is", "value": "FR"}}] * 201},
    ],
)
def test_rules_of_another_shape_are_refused(rules: Any) -> None:
    with pytest.raises(Invalid):
        clean_rules(rules)


def test_a_wide_tree_of_segments_is_refused_before_it_is_asked() -> None:
    one = {"kind": "country", "config": {"operator": "is", "value": "FR"}}

    def find(uid: str) -> dict[str, Any]:
        return {"rules": [one] * 3 if uid == "8" else [{"segment": str(int(uid) + 1)}] * 3}

    with pytest.raises(Invalid, match="too much"):
        segment_q({"rules": [{"segment": "0"}]}, find=find)
    assert isinstance(segment_q({"rules": [{"segment": "6"}]}, find=find), Q)
