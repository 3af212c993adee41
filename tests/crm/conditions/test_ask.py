"""A block of conditions is one question: all or any, one query, and a line for each on what was seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import db
from crm.conditions.ask import Subject, answer
from crm.conditions.base import EventView
from crm.models import Profile, Site
from crm.services.orders import upsert_order
from crm.services.pots import move_points
from tests.factories.causes import BY_API
from tests.factories.people import CustomFieldFactory, CustomValueFactory, ProfileFactory, ProfileTagFactory, TagFactory

pytestmark = pytest.mark.django_db

FRENCH = ("profile_language", {"operator": "is", "value": "fr"}, False)
RICH = ("pot_balance", {"operator": "gte", "value": 100}, False)


def subjects(*profiles: Profile) -> dict[int, Subject]:
    return {n: Subject(each.pk, EventView("order_paid", each.pk)) for n, each in enumerate(profiles)}


def ask(*conditions: Any, of: Profile, **options: Any) -> bool:
    return answer(list(conditions), subjects(of), **options)[0].holds


def test_all_must_hold_or_any_may() -> None:
    profile = ProfileFactory(language="fr_BE")
    assert ask(FRENCH, of=profile)
    assert not ask(FRENCH, RICH, of=profile)
    assert ask(FRENCH, RICH, of=profile, is_any=True)
    assert ask(FRENCH, (RICH[0], RICH[1], True), of=profile)


def test_each_line_says_what_was_seen_and_decided() -> None:
    profile = ProfileFactory(language="fr")
    saw = answer([FRENCH, (RICH[0], RICH[1], True)], subjects(profile))[0].saw
    assert saw == [
        {"kind": "profile_language", "negated": False, "fact": "fr", "holds": True},
        {"kind": "pot_balance", "negated": True, "fact": 0, "holds": True},
    ]


def test_points_given_a_moment_ago_count_whatever_instant_the_batch_began() -> None:
    profile = ProfileFactory()
    began = datetime.now(UTC) - timedelta(minutes=1)
    move_points(profile, points=150, cause=BY_API, source="api")
    assert ask(RICH, of=profile, instant=began)


def test_general_conditions_of_a_block_are_one_query_and_none_are_none() -> None:
    tag, field = TagFactory(name="VIP"), CustomFieldFactory(name="colour")
    people = [ProfileFactory(language="fr") for _ in range(5)]
    ProfileTagFactory(profile=people[0], tag=tag)
    CustomValueFactory(profile=people[0], field=field, text="Blue")
    asked = [
        FRENCH,
        RICH,
        ("has_tag", {"operator": "any_of", "value": ["vip"]}, False),
        ("has_ordered", {"within_count": 30, "within_unit": "days"}, False),
        ("order_count", {"operator": "gte", "value": 2}, False),
        ("consent_status", {"consent": "NewsEmail", "operator": "is", "value": "accepted"}, False),
        ("profile_field", {"field": "custom.colour", "type": "text", "operator": "is", "value": "blue"}, False),
        ("profile_field", {"field": "birthday", "type": "date", "operator": "last_days", "value": 3}, False),
        ("first_order", {"operator": "is_yes"}, False),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = answer(asked, subjects(*people))
    assert len(queries) == 1
    assert [line["holds"] for line in found[0].saw] == [True, False, True, False, False, False, True, False, False]
    with CaptureQueriesContext(connection) as queries:
        answer([("first_order", {"operator": "is_yes"}, False)], subjects(*people))
    assert len(queries) == 0


@pytest.mark.slow
def test_thousands_are_asked_in_few_queries() -> None:
    now = datetime.now(UTC)
    rows = [Profile(email=f"m{n}@x.fr", language="fr", created_at=now, updated_at=now) for n in range(2000)]
    db.insert_rows(rows)
    with CaptureQueriesContext(connection) as queries:
        found = answer([FRENCH, RICH], subjects(*rows))
    assert len(queries) == (1 if db.is_postgres() else 3)
    assert len(found) == 2000


def test_the_day_is_that_of_the_shop() -> None:
    Site(time_zone="Asia/Tokyo").save()
    late = datetime(2026, 3, 10, 20, tzinfo=UTC)  # the 11th in Tokyo
    profile = ProfileFactory(birthday="2026-03-11")
    today = ("profile_field", {"field": "birthday", "type": "date", "operator": "last_days", "value": 0}, False)
    assert ask(today, of=profile, instant=late)
    assert not ask(today, of=profile, instant=late - timedelta(hours=6))


@pytest.mark.parametrize(("setting", "expected"), [([], False), (["new"], True)])
def test_which_orders_count_is_a_setting(setting: list[str], expected: bool) -> None:
    Site(uncounted_statuses=setting).save()
    profile = ProfileFactory()
    upsert_order(profile, cause=BY_API, reference="A1", status="cancelled", amount=100)
    assert ask(("has_ordered", {}, False), of=profile) is expected
