"""What is stored of a condition and no form has written is said, not asked: no name in it leads to another table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.conditions.ask import Subject, answer
from crm.conditions.base import EventView, stored_condition
from crm.conditions.segments import segment_q
from crm.errors import Invalid
from crm.models import Profile
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db

CITY = {"field": "city", "type": "text", "operator": "is", "value": "Paris"}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("profile_field", {**CITY, "field": "pot__balance"}),
    ("profile_field", {**CITY, "field": "tags__tag__name"}),
    ("profile_field", {**CITY, "field": "email_key"}),
    ("profile_field", {**CITY, "field": ["city"]}),
    ("profile_field", {**CITY, "field": None}),
    ("profile_field", {**CITY, "operator": "regex"}),
    ("profile_field", {**CITY, "operator": ["is"]}),
    ("profile_field", {**CITY, "operator": None}),
    ("profile_field", {**CITY, "type": "__class__"}),
    ("profile_field", {**CITY, "type": "set"}),
    ("profile_field", {**CITY, "operator": "any_of", "value": "Paris"}),
    ("profile_field", {**CITY, "type": "date", "operator": "on", "value": "tomorrow"}),
    ("profile_field", {**CITY, "type": "number", "operator": "gt", "value": {}}),
    ("profile_field", {}),
    ("order_count", {"operator": "gte", "value": "many"}),
    ("order_count", {"operator": "gte", "value": None}),
    ("order_count", {"operator": "gte", "value": float("nan")}),
    ("order_count", {"operator": "gte", "value": float("inf")}),
    ("order_count", {"operator": "gte", "value": 1, "within_count": "x"}),
    ("order_count", {"operator": "gte", "value": 1, "within_count": 10**400}),
    ("order_count", {"operator": "gte", "value": 1, "within_count": 1, "within_unit": "ages"}),
    ("owns_product", {"operator": "any_of", "value": ["nope"]}),
    ("has_tag", {"operator": "any_of", "value": {"a": 1}}),
]


@pytest.mark.parametrize(("kind", "config"), WRONG, ids=str)
def test_a_segment_says_what_it_cannot_ask(kind: str, config: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        Profile.objects.filter(segment_q({"rules": [{"kind": kind, "config": config}]})).count()
    assert caught.value.message


@pytest.mark.parametrize("kind", ["nope", "", "__class__"])
def test_a_kind_that_is_none_is_said(kind: str) -> None:
    with pytest.raises(Invalid, match="no such condition"):
        stored_condition(kind, {})


@pytest.mark.parametrize(("kind", "config"), WRONG[:-4], ids=str)
def test_a_run_says_what_it_cannot_ask(kind: str, config: dict[str, Any]) -> None:
    profile = ProfileFactory()
    subject = Subject(profile.pk, EventView(kind="api_called", profile_id=profile.pk))
    with pytest.raises(Invalid):
        answer([(kind, config, False)], {1: subject}, instant=datetime(2026, 1, 1, tzinfo=UTC))
