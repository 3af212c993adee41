"""What is frozen of profiles for newsletters is what is frozen of them for workflows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.mailings.people import frozen_profiles
from actions.mailings.rows import Letter, rows_for
from actions.planning import frozen_context
from crm import clock
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Profile, Site
from crm.services.custom_fields import set_values
from tests.factories.deliveries import BY_HAND, a_profile
from tests.factories.people import CustomFieldFactory, ProfileTagFactory, TagFactory
from tests.factories.points import TierFactory, give_points

pytestmark = pytest.mark.django_db

LETTER = Letter({"name": "", "default": "fr", "languages": {"fr": {"language": "fr"}}}, "marketing", ["NewsEmail"])


def some_people() -> list[int]:
    TierFactory(name="Bronze", threshold=10)
    TierFactory(name="Silver", threshold=50)
    rich = a_profile(first_name="Zoé", last_name="Durand", birthday=date(1990, 3, 2), time_zone="Asia/Tokyo")
    give_points(rich, 60)
    for name in ("vip", "Café"):
        ProfileTagFactory(profile=rich, tag=TagFactory(name=name))
    for name, kind in (("shoe", "number"), ("member", "boolean"), ("since", "date"), ("colour", "text")):
        CustomFieldFactory(name=name, type=kind)
    values = {"shoe": "42.5", "member": "no", "since": "2020-02-29", "colour": "red"}
    set_values(rich, values=values, cause=BY_HAND)
    poor = a_profile(language="fr_BE", country="BE", city="Liège")
    give_points(poor, 12)
    return [rich.pk, poor.pk, a_profile(language="").pk]


def test_both_ways_freeze_the_same() -> None:
    ids, site = some_people(), Site.current()
    facts = facts_of(ids, clock.now(), parts=("custom", "tags"))
    for row in rows_for(ids, LETTER):
        assert row.context == frozen_context(plain_profile(facts[row.profile_id]), site, {})


def test_many_take_as_many_queries_as_one() -> None:
    ids = some_people()
    counts = []
    for asked in (ids[:1], ids):
        with CaptureQueriesContext(connection) as queries:
            assert [profile["id"] for profile in frozen_profiles(asked)] == asked
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Profile.objects.count() == 3
