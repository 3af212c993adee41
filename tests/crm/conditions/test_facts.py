"""Facts are plain values, and cost the same number of queries for one profile as for many."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.conditions.facts import facts_of, plain_profile
from crm.models import ConsentDefinition, Product
from crm.services.orders import upsert_order
from crm.services.profiles import upsert_profile
from tests.crm.conditions.people import NOW, make_crowd
from tests.factories.causes import BY_API
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.factories.points import TierFactory, give_points

pytestmark = pytest.mark.django_db


def queries_for(people: list[int], *, is_live: bool) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert facts_of(people, NOW, is_live=is_live).keys() == set(people)
    return len(queries)


@pytest.mark.parametrize("is_live", [True, False])
def test_the_number_of_queries_does_not_grow_with_profiles(is_live: bool) -> None:
    people = make_crowd(5, size=12)
    assert queries_for(people[:1], is_live=is_live) == queries_for(people, is_live=is_live) == 12


def test_the_facts_of_a_profile_are_all_there() -> None:
    Product(reference="P1", name="Lamp", ownership="forever").save()
    CustomFieldFactory(name="size", type="number")
    CustomFieldFactory(name="joined", type="date")
    ConsentDefinition(name="NewsEmail").save()
    profile, _ = upsert_profile(
        cause=BY_API,
        email="zoe@example.com",
        fields={"first_name": "Zoé", "last_name": "Léa", "birthday": "1990-05-06", "city": "Évry"},
        tags_add=["VIP"],
        custom={"size": "10.50", "joined": "2020-01-02"},
        consents={"NewsEmail": "accepted"},
    )
    lines = [{"reference": "P1", "name": "Lamp", "quantity": 1, "unit_price": 1200}]
    upsert_order(profile, cause=BY_API, reference="A1", status="paid", amount=1200, lines=lines)
    TierFactory(name="Bronze", threshold=10)
    TierFactory(name="Gold", threshold=1000)
    give_points(profile, 30)
    facts = facts_of([profile.pk], NOW)[profile.pk]
    assert facts["profile"]["birthday"] == date(1990, 5, 6)
    assert facts["custom"] == {"size": Decimal("10.5000"), "joined": date(2020, 1, 2)}
    assert facts["tags"] == {"vip": "VIP"}
    assert facts["consents"] == {"NewsEmail": "accepted"}
    assert facts["pot"] == {"balance": 30, "earned": 30}
    assert facts["tier"]["name"] == "Bronze"
    assert facts["owned"] == [str(Product.objects.get().uid)]
    assert [(order["reference"], order["status"], order["amount"]) for order in facts["orders"]] == [
        ("A1", "paid", 1200)
    ]
    plain = plain_profile(facts)
    assert json.loads(json.dumps(plain)) == plain
    assert (plain["full_name"], plain["status"], plain["points"]) == ("Zoé Léa", "Bronze", 30)
    assert plain["custom"] == {"size": "10.5", "joined": "2020-01-02"}
    assert plain["tags"] == ["VIP"]


def test_a_profile_with_nothing_has_empty_facts() -> None:
    profile = ProfileFactory()
    facts = facts_of([profile.pk], NOW, parts=())[profile.pk]
    assert (facts["orders"], facts["tags"], facts["tier"], facts["pot"]["balance"]) == ([], {}, None, 0)
    assert facts_of([], NOW) == {}
