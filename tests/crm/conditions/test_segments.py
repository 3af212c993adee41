"""Segments nest all and any, and refuse to contain themselves."""

from typing import Any

import pytest

from crm.conditions.segments import archived_in, clean_rules, frozen_rules, segment_q
from crm.errors import Invalid
from crm.models import Profile, Segment
from tests.factories.people import ProfileFactory, TagFactory
from tests.factories.points import give_points

pytestmark = pytest.mark.django_db


def speaks(language: str, *, negated: bool = False) -> dict[str, Any]:
    return {"kind": "profile_language", "config": {"operator": "is", "value": language}, "negated": negated}


def rich() -> dict[str, Any]:
    return {"kind": "pot_balance", "config": {"operator": "gte", "value": 100}}


def emails(rules: dict[str, Any], **options: Any) -> set[str]:
    return set(Profile.objects.filter(segment_q(rules, **options)).values_list("email", flat=True))


@pytest.fixture(autouse=True)
def _people() -> None:
    ProfileFactory(email="fr@x.fr", language="fr")
    ProfileFactory(email="en@x.fr", language="en")
    give_points(ProfileFactory(email="fr-rich@x.fr", language="fr_FR"), 200)
    give_points(ProfileFactory(email="de-rich@x.fr", language="de"), 200)


def test_all_and_any_nest() -> None:
    either = {"mode": "any", "rules": [speaks("fr"), speaks("en")]}
    assert emails(either) == {"fr@x.fr", "fr-rich@x.fr", "en@x.fr"}
    assert emails({"mode": "all", "rules": [either, rich()]}) == {"fr-rich@x.fr"}
    assert emails({"rules": [{**either, "negated": True}]}) == {"de-rich@x.fr"}
    assert emails(
        {"mode": "any", "rules": [rich(), {"rules": [speaks("fr", negated=True), speaks("de", negated=True)]}]}
    ) == {
        "fr-rich@x.fr",
        "de-rich@x.fr",
        "en@x.fr",
    }


def test_an_empty_segment_is_everybody_and_its_contrary_nobody() -> None:
    assert len(emails({})) == 4
    assert len(emails({"mode": "any", "rules": []})) == 4
    assert emails({"rules": [{"rules": [], "negated": True}]}) == set()


def test_a_segment_may_contain_another() -> None:
    french = Segment.objects.create(name="French", rules={"rules": [speaks("fr")]})
    assert emails({"rules": [{"segment": str(french.uid)}, rich()]}) == {"fr-rich@x.fr"}
    assert emails({"rules": [{"segment": str(french.uid), "negated": True}, rich()]}) == {"de-rich@x.fr"}


def test_a_segment_that_contains_itself_is_refused() -> None:
    first = Segment.objects.create(name="First", rules={})
    second = Segment.objects.create(name="Second", rules={"rules": [{"segment": str(first.uid)}]})
    first.rules = {"mode": "any", "rules": [{"rules": [{"segment": str(second.uid)}]}]}
    first.save()
    for segment in (first, second):
        with pytest.raises(Invalid, match=r"itself: (First → Second → First|Second → First → Second)\."):
            segment_q(segment.rules, uid=str(segment.uid))


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "first_order", "config": {"operator": "is_yes"}},
        {"kind": "nope"},
        {"segment": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"},
        {"segment": "no uid"},
    ],
)
def test_what_a_segment_cannot_ask_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        segment_q({"rules": [rule]})


def test_rules_that_nest_too_deeply_are_refused() -> None:
    rules: dict[str, Any] = {"rules": [speaks("fr")]}
    for _ in range(25):
        rules = {"rules": [rules]}
    with pytest.raises(Invalid, match="deeply"):
        segment_q(rules)


def test_rules_are_cleaned_by_the_forms_of_their_conditions() -> None:
    written = {"mode": "any", "rules": [speaks("fr"), {"rules": [rich()]}], "more": 1}
    cleaned = clean_rules(written)
    assert clean_rules(cleaned) == cleaned
    assert emails(cleaned) == emails(written)
    wrong = {"kind": "profile_field", "config": {"field": "pk__in", "operator": "is", "value": "1"}}
    for rules in ([], "x", {"rules": "x"}, {"rules": [7]}, {"rules": [wrong]}, {"rules": [{"segment": "x"}]}):
        with pytest.raises(Invalid):
            clean_rules(rules)


def test_the_short_form_of_a_segment_inside_is_the_condition() -> None:
    french = Segment.objects.create(name="French", rules={"rules": [speaks("fr")]})
    cleaned = clean_rules({"rules": [{"segment": str(french.uid), "negated": True}]})
    assert cleaned["rules"] == [
        {"kind": "in_segment", "schema": 1, "config": {"segment": str(french.uid)}, "negated": True}
    ]
    assert emails(cleaned) == {"en@x.fr", "de-rich@x.fr"}


def test_frozen_rules_stay_as_they_were_whatever_becomes_of_the_segments_inside() -> None:
    french = Segment.objects.create(name="French", rules={"rules": [speaks("fr")]})
    not_french = Segment.objects.create(
        name="Not French", rules={"rules": [{"segment": str(french.uid), "negated": True}, rich()]}
    )
    frozen = frozen_rules({"rules": [{"segment": str(not_french.uid)}]})
    before = emails(frozen)
    for segment in (french, not_french):
        segment.rules = {}
        segment.save()
    assert before == emails(frozen) == {"de-rich@x.fr"}
    assert "segment" not in str(frozen)


def test_what_is_archived_is_named() -> None:
    tag = TagFactory(name="VIP", is_archived=True)
    old = Segment.objects.create(name="Old", rules={}, is_archived=True)
    carries = {"kind": "has_tag", "config": {"operator": "any_of", "value": [tag.key]}}
    assert archived_in({"rules": [speaks("fr"), {"rules": [carries, {"segment": str(old.uid)}]}]}) == ["VIP", "Old"]
