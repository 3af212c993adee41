"""Every general condition decides the same in SQL, over the facts of a query, and over plain facts; now and earlier."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from crm.conditions.ask import Subject, answer, answer_from_facts
from crm.conditions.base import EventView, ProfileCondition, condition_types
from crm.conditions.facts import facts_of
from crm.conditions.segments import segment_holds, segment_q
from crm.models import Module, Newsletter, Product, Profile, Segment, Site, Tier
from tests.crm.conditions.people import NOW, NUMBERS, TEXTS, make_crowd

pytestmark = pytest.mark.django_db

GENERAL = [cls for cls in condition_types if issubclass(cls, ProfileCondition)]


def examples(kind: str) -> Iterator[dict[str, Any]]:
    """Configs of a kind as a marketer could write them, to reach each operator."""
    products = uids(Product, "reference")
    numbers = ("eq", "ne", "lt", "lte", "gt", "gte")
    if kind == "profile_language":
        yield from ({"operator": name, "value": "fr"} for name in ("is", "is_not"))
        yield from ({"operator": name, "value": ["fr", "en"]} for name in ("any_of", "none_of"))
        yield from ({"operator": name} for name in ("is_empty", "is_filled"))
    elif kind == "has_ordered":
        yield {}
        yield {"within_count": 10, "within_unit": "days"}
        yield from ({"operator": name, "value": 5000} for name in numbers)
        yield {"operator": "gt", "value": 999, "within_count": 200, "within_unit": "hours"}
    elif kind == "order_count":
        yield from ({"operator": name, "value": 1} for name in numbers)
        yield {"operator": "gte", "value": 1, "within_count": 1, "within_unit": "weeks"}
    elif kind == "pot_balance":
        yield from ({"operator": name, "value": value} for name in numbers for value in (0, 5, -20))
    elif kind == "has_tag":
        yield from ({"operator": name, "value": ["vip", "été"]} for name in ("any_of", "all_of", "none_of"))
    elif kind == "owns_product":
        yield from ({"operator": name, "value": products[:2]} for name in ("any_of", "all_of", "none_of"))
    elif kind == "consent_status":
        yield from ({"consent": "News0", "operator": name, "value": "unknown"} for name in ("is", "is_not"))
        yield {"consent": "News1", "operator": "any_of", "value": ["accepted", "to_confirm"]}
        yield {"consent": "News1", "operator": "none_of", "value": ["accepted", "refused"]}
    elif kind == "total_spent":
        yield from ({"operator": name, "value": value} for name in numbers for value in (0, 5000, 10001))
        yield {"operator": "gte", "value": 5000, "within_count": 8, "within_unit": "days"}
    elif kind == "country":
        yield from ({"operator": name, "value": "FR"} for name in ("is", "is_not"))
        yield from ({"operator": name, "value": ["FR", "DE"]} for name in ("any_of", "none_of"))
        yield from ({"operator": name} for name in ("is_empty", "is_filled"))
    elif kind == "took_part":
        modules = uids(Module, "slug")
        yield from ({"operator": name, "value": modules[:2]} for name in ("any_of", "all_of", "none_of"))
        for asked in ({"complete": "yes"}, {"complete": "no", "winner": "yes"}, {"winner": "no"}):
            yield from ({"operator": name, **asked} for name in ("any_of", "none_of"))
        yield {"operator": "any_of", "value": modules[:1], "within_count": 9, "within_unit": "days"}
    elif kind == "referral_count":
        yield from ({"operator": name, "value": 1} for name in numbers)
        yield {"operator": "gte", "value": 1, "within_count": 9, "within_unit": "days"}
    elif kind == "tier":
        tiers = uids(Tier, "threshold")
        for chosen in (tiers[:1], tiers[1:2], tiers[2:], [tiers[0], tiers[2]]):
            for above in (False, True):
                yield from ({"operator": name, "value": chosen, "or_above": above} for name in ("any_of", "none_of"))
    elif kind == "cart_open":
        yield {}
        yield {"stage": "checkout"}
        yield from ({"operator": name, "value": 5000} for name in numbers)
        yield {"stage": "cart", "operator": "gte", "value": 4999, "within_count": 9, "within_unit": "days"}
    elif kind == "in_segment":
        yield from ({"segment": uid} for uid in uids(Segment, "name"))
    elif kind == "message_read":
        listed = sorted(Newsletter.objects.values_list("uid", flat=True))
        for act in ("open", "click"):
            yield {"act": act}
            yield {"act": act, "within_count": 6, "within_unit": "days"}
            yield {"act": act, "which": "list", "messages": [f"newsletter:{uid}" for uid in listed[:1]]}
    else:
        yield from _field_examples()


def uids(model: Any, order: str) -> list[str]:
    return [str(uid) for uid in model.objects.order_by(order).values_list("uid", flat=True)]


def _field_examples() -> Iterator[dict[str, Any]]:
    texts = ("is", "is_not", "contains", "not_contains", "starts_with", "ends_with")
    empties = ("is_empty", "is_filled")
    for field in ("city", "custom.text"):
        for name in texts:
            yield from (
                {"field": field, "operator": name, "value": text} for text in ("evry", "%", "_", "\\", "SS", "oe")
            )
        yield from ({"field": field, "operator": name, "value": ["Evry", "strasse"]} for name in ("any_of", "none_of"))
    for field in ("external_id", "gender", "custom.size", "birthday", "custom.number", "custom.boolean"):
        offered = ("is_yes", "is_no") if field == "custom.boolean" else empties if field != "custom.number" else ()
        yield from ({"field": field, "operator": name} for name in offered)
    for name in ("eq", "ne", "lt", "lte", "gt", "gte"):
        yield from ({"field": "custom.number", "operator": name, "value": str(number)} for number in NUMBERS)
    for field in ("birthday", "custom.date"):
        for name in ("on", "before", "after"):
            yield {"field": field, "operator": name, "value": (NOW + timedelta(hours=2)).date().isoformat()}
        for name in ("last_days", "next_days", "older_days"):
            yield from ({"field": field, "operator": name, "value": days} for days in (0, 7))
    yield from ({"field": "gender", "operator": name, "value": "female"} for name in ("is", "is_not"))
    yield {"field": "custom.size", "operator": "none_of", "value": ["S", "M"]}


def cleaned(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    form = condition_types[kind].form_class.check_config(config)
    assert form.is_valid(), (kind, config, form.errors)
    stored = form.config()
    again = condition_types[kind].form_class.check_config(stored)
    assert again.is_valid(), (kind, stored, again.errors)
    assert again.config() == stored
    return stored


def decide_in_three_ways(kind: str, config: dict[str, Any], people: list[int], **when: Any) -> None:
    instant, is_live = when["instant"], when["is_live"]
    facts = when["facts"]
    subjects = {pk: Subject(pk, EventView("order_paid", pk)) for pk in people}
    by_query = answer([(kind, config, False)], subjects, instant=instant, is_live=is_live)
    by_facts = answer_from_facts([(kind, config, False)], subjects, facts, instant=instant)
    assert by_query == by_facts, (kind, config)
    rules = {"rules": [{"kind": kind, "config": config}]}
    contrary = {"rules": [{"kind": kind, "config": config, "negated": True}]}
    rows = Profile.objects.filter(pk__in=people)
    selected = set(rows.filter(segment_q(rules, instant=instant, is_live=is_live)).values_list("pk", flat=True))
    left = set(rows.filter(segment_q(contrary, instant=instant, is_live=is_live)).values_list("pk", flat=True))
    decided = {pk for pk, each in by_query.items() if each.holds}
    assert selected == decided, (kind, config)
    assert left == set(people) - decided, (kind, config)
    assert decided == {pk for pk in people if segment_holds(rules, facts[pk], instant=instant)}


@pytest.mark.parametrize("cls", GENERAL, ids=lambda cls: cls.kind)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sql_python_and_plain_facts_agree(cls: type[ProfileCondition], seed: int) -> None:
    people = make_crowd(seed)
    Site(uncounted_statuses=random.Random(seed).choice([[], ["cancelled"], ["new", "failed"]])).save()
    moments = [(NOW, True), (NOW - timedelta(days=5), True), (NOW - timedelta(days=8), False)]
    for instant, is_live in moments:
        facts = facts_of(people, instant, is_live=is_live)
        for config in examples(cls.kind):
            decide_in_three_ways(
                cls.kind, cleaned(cls.kind, config), people, instant=instant, is_live=is_live, facts=facts
            )


@pytest.mark.parametrize("cls", GENERAL, ids=lambda cls: cls.kind)
def test_every_condition_says_itself_in_both_languages(cls: type[ProfileCondition]) -> None:
    make_crowd(1, size=1)
    for config in examples(cls.kind):
        condition = cls(cleaned(cls.kind, config))
        for language in ("en", "fr"):
            with translation.override(language):
                assert condition.describe().strip()
                assert str(cls.label)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()])
def test_a_text_is_found_as_it_was_written(text: str) -> None:
    people = make_crowd(7, size=20)
    facts = facts_of(people, NOW)
    for name in ("is", "is_not", "contains", "starts_with", "ends_with"):
        config = cleaned("profile_field", {"field": "first_name", "operator": name, "value": text})
        decide_in_three_ways("profile_field", config, people, instant=NOW, is_live=True, facts=facts)
