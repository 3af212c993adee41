"""Conditions about events read what the receivers really recorded, not today's rows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.conditions.ask import Subject, answer
from crm.conditions.base import EventView, condition_types
from crm.models import Category, Participation, Product, Profile
from crm.services.carts import push_cart
from crm.services.consents import set_consent
from crm.services.orders import upsert_order
from crm.services.participations import record_participation
from crm.services.pots import move_points
from crm.services.profiles import upsert_profile
from crm.services.referrals import start_referral
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory, ReferralSettingsFactory
from tests.factories.people import ProfileFactory
from triggers.conditions.data_value import follow
from triggers.models import Event, Kind
from triggers.services import record_call

pytestmark = pytest.mark.django_db


def view(event: Event) -> EventView:
    return EventView(event.kind, event.profile_id, name=event.name, key=event.key, snapshot=event.snapshot)


def last(kind: str) -> EventView:
    return view(Event.objects.filter(kind=kind).latest("id"))


def holds(event: EventView, kind: str, config: dict[str, Any]) -> bool:
    form = condition_types[kind].form_class.check_config(config)
    assert form.is_valid(), form.errors
    return answer([(kind, form.config(), False)], {1: Subject(event.profile_id, event)})[1].holds


def order(profile: Profile, reference: str, status: str = "new", hour: int = 0, **given: Any) -> None:
    at = datetime(2026, 1, 1, hour, tzinfo=UTC)
    upsert_order(profile, cause=BY_API, reference=reference, status=status, occurred_at=at, **given)


def first_orders(kind: str = Kind.ORDER_CREATED) -> dict[str, bool]:
    events = Event.objects.filter(kind=kind).order_by("id")
    return {event.key: holds(view(event), "first_order", {"operator": "is_yes"}) for event in events}


def test_of_two_orders_of_one_batch_the_earlier_is_the_first() -> None:
    profile, other = ProfileFactory(), ProfileFactory()
    order(profile, "A1", "paid", 1)
    order(profile, "A2", "paid", 2)
    order(other, "B1", "paid", 3)
    assert first_orders() == first_orders(Kind.ORDER_PAID) == {"A1": True, "A2": False, "B1": True}


def test_an_order_after_one_that_does_not_count_is_the_first() -> None:
    profile = ProfileFactory()
    order(profile, "A1", "failed", 1)
    order(profile, "A2", "cancelled", 2)
    order(profile, "A3", "new", 3)
    order(profile, "A4", "new", 4)
    assert first_orders() == {"A1": True, "A2": True, "A3": True, "A4": False}


def test_what_was_known_when_it_happened_decides() -> None:
    profile = ProfileFactory()
    order(profile, "A1", "new", 1)
    order(profile, "A2", "new", 2)
    order(profile, "A1", "cancelled", 3)
    order(profile, "A2", "paid", 4)
    assert first_orders(Kind.ORDER_CREATED)["A2"] is False
    assert first_orders(Kind.ORDER_PAID)["A2"] is True


def test_the_order_is_seen_as_it_was_in_the_event() -> None:
    lamps = Category.objects.create(reference="lamps", name="Lamps")
    lamp = Product.objects.create(reference="P1", name="Lamp", category=lamps)
    vase = Product.objects.create(reference="P2", name="Vase")
    profile = ProfileFactory()
    lines = [{"reference": "P1", "name": "Lamp", "quantity": 1, "unit_price": 4500}]
    order(profile, "A1", "new", amount=4500, lines=lines)
    created = last(Kind.ORDER_CREATED)
    order(profile, "A1", "paid", 1, amount=9000)
    moved, repriced = last(Kind.ORDER_STATUS_CHANGED), last(Kind.ORDER_AMOUNT_CHANGED)
    assert holds(created, "order_status", {"operator": "any_of", "value": ["new"]})
    assert holds(moved, "order_status", {"operator": "none_of", "value": ["new", "shipped"]})
    assert holds(created, "order_amount", {"operator": "eq", "value": 4500})
    assert holds(repriced, "order_amount", {"operator": "gt", "value": 8999})
    assert [
        holds(event, "order_created_or_updated", {"operator": "is", "value": value})
        for event, value in ((created, "created"), (moved, "status"), (repriced, "amount"))
    ] == [True, True, True]
    lamp_uid, vase_uid = str(lamp.uid), str(vase.uid)
    assert holds(created, "order_contains", {"operator": "any_of", "products": [vase_uid, lamp_uid]})
    assert holds(created, "order_contains", {"operator": "all_of", "products": [lamp_uid], "categories": ["lamps"]})
    assert not holds(created, "order_contains", {"operator": "all_of", "products": [lamp_uid, vase_uid]})
    assert holds(created, "order_contains", {"operator": "none_of", "products": [vase_uid]})


def test_the_consent_is_seen_as_it_was_changed() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail")
    profile = ProfileFactory()
    set_consent(profile, definition=definition, status="accepted", cause=BY_API, source="Formulaire d'été")
    event = last(Kind.CONSENT_CHANGED)
    set_consent(profile, definition=definition, status="refused", cause=BY_API)
    assert holds(event, "consent_is", {"operator": "any_of", "value": ["NewsEmail"]})
    assert holds(event, "consent_new_status", {"operator": "is", "value": "accepted"})
    assert holds(event, "consent_source", {"operator": "contains", "value": "ETE"})


def test_the_points_are_those_that_moved() -> None:
    profile = ProfileFactory()
    move_points(profile, points=30, cause=BY_API, source="api")
    move_points(profile, points=-10, cause=BY_API, source="api")
    event = last(Kind.MOVEMENT_MADE)
    assert holds(event, "points_moved", {"operator": "eq", "value": -10})
    assert holds(event, "pot_source", {"operator": "any_of", "value": ["api"]})
    assert not holds(event, "pot_source", {"operator": "none_of", "value": ["api"]})


def test_a_field_has_an_old_and_a_new_value_and_another_field_has_none() -> None:
    profile = ProfileFactory(city="Paris", birthday="1990-01-02")
    upsert_profile(cause=BY_API, email=profile.email, fields={"city": "Évry"})
    event = last(Kind.FIELD_CHANGED)
    assert holds(event, "changed_field", {"operator": "any_of", "value": ["city", "tags"]})
    assert holds(event, "changed_value", {"field": "city", "side": "new", "operator": "is", "value": "evry"})
    assert holds(event, "changed_value", {"field": "city", "side": "old", "operator": "is", "value": "paris"})
    assert not holds(event, "changed_value", {"field": "email", "side": "old", "operator": "is_empty"})
    upsert_profile(cause=BY_API, email=profile.email, fields={"birthday": ""}, tags_add=["VIP"])
    gone = {"field": "birthday", "side": "new", "operator": "is_empty"}
    before = {"field": "birthday", "side": "old", "operator": "on", "value": "1990-01-02"}
    assert holds(last(Kind.FIELD_CHANGED), "changed_value", gone)
    assert holds(last(Kind.FIELD_CHANGED), "changed_value", before)
    added = {"field": "tags", "side": "new", "operator": "is", "value": "vip"}
    assert holds(last(Kind.TAG_ADDED), "changed_value", added)


def test_what_was_posted_is_found_by_its_path_and_read_in_the_kind_asked() -> None:
    data = {"total": "54,90", "gift": "yes", "on": "2026-03-01T10:00:00Z", "items": [{"name": "Lampe"}], "a": {"0": 1}}
    record_call(ProfileFactory().email, identifier="quote", key_name="id", key_value="7", data=data, cause=BY_API)
    event = last(Kind.API_CALLED)
    for path, kind, operator, value, expected in [
        ("total", "number", "gt", "54.5", True),
        ("data.total", "number", "lt", "54.5", False),
        ("items[0].name", "text", "is", "LAMPE", True),
        ("items.0.name", "text", "starts_with", "lam", True),
        ("items[1].name", "text", "is_empty", None, True),
        ("items", "text", "is_filled", None, False),
        ("gift", "boolean", "is_yes", None, True),
        ("gift", "number", "gt", "0", False),
        ("on", "date", "on", "2026-03-01", True),
        ("key.id", "text", "is", "7", True),
        ("a.0", "number", "eq", "1", True),
        ("__class__.x", "text", "is_filled", None, False),
    ]:
        config = {"path": path, "type": kind, "operator": operator, "value": value}
        assert holds(event, "data_value", config) is expected, path


def test_a_cart_is_read_by_the_same_paths() -> None:
    lines = [{"reference": "P1", "name": "Lamp", "quantity": 2, "unit_price": 4500}]
    push_cart(ProfileFactory(), cause=BY_API, key="c1", lines=lines, payload={"cart_items_qty": "2"})
    event = last(Kind.CART_PUSHED)
    for path, value in (("cart.total", "90"), ("cart_items_qty", "2"), ("cart.lines[0].quantity", "2")):
        assert holds(event, "data_value", {"path": path, "type": "number", "operator": "eq", "value": value})


def test_a_path_never_leaves_plain_data() -> None:
    for path in ("__class__", "items.append", "items[-1]", "items[²]", "keys"):
        assert follow({"items": [1]}, path) is None


def crossed(event: EventView, direction: str, points: int = 100) -> bool:
    return holds(event, "balance_crossed", {"value": points, "direction": direction})


def test_a_balance_crosses_a_threshold_when_it_comes_to_its_other_side() -> None:
    profile = ProfileFactory()
    seen = []
    for points in (99, 1, 50, -50, -1):
        move_points(profile, points=points, cause=BY_API, source="api")
        event = last(Kind.MOVEMENT_MADE)
        seen.append([crossed(event, direction) for direction in ("up", "down", "either")])
    not_at_all, upwards, downwards = [False, False, False], [True, False, True], [False, True, True]
    assert seen == [not_at_all, upwards, not_at_all, not_at_all, downwards]


def test_a_participation_is_told_by_its_module_and_its_outcome() -> None:
    game, other = ModuleFactory(), ModuleFactory()
    participation = Participation(module=game, profile=ProfileFactory())
    record_participation(participation, cause=BY_API)
    started = last(Kind.PARTICIPATION_STARTED)
    record_participation(participation, cause=BY_API, is_complete=True, is_winner=True)
    completed = last(Kind.PARTICIPATION_COMPLETED)
    here = {"operator": "any_of", "value": [str(game.uid)]}
    assert holds(started, "participation", here)
    assert not holds(started, "participation", {**here, "complete": "yes"})
    assert holds(started, "participation", {"operator": "any_of", "complete": "no", "winner": "no"})
    assert holds(completed, "participation", {**here, "complete": "yes", "winner": "yes"})
    assert not holds(completed, "participation", {"operator": "any_of", "value": [str(other.uid)]})
    assert holds(completed, "participation", {"operator": "none_of", "value": [str(other.uid)]})


def test_a_referral_is_told_by_its_module() -> None:
    settings = ReferralSettingsFactory(needs_order=False)
    start_referral(ProfileFactory(), ProfileFactory(), module=settings.module, cause=BY_API)
    other = ReferralSettingsFactory().module
    for kind in (Kind.REFERRAL_CREATED, Kind.REFERRAL_VALIDATED):
        here = {"operator": "any_of", "value": [str(settings.module.uid)]}
        assert holds(last(kind), "referral_module", here)
        assert not holds(last(kind), "referral_module", {"operator": "any_of", "value": [str(other.uid)]})


def test_a_failed_sale_is_told_by_its_code() -> None:
    order(ProfileFactory(), "A1", "failed", failure={"code": "Card_Declined", "message": "Refused by the bank"})
    failed = last(Kind.ORDER_FAILED)
    assert holds(failed, "failure_code", {"operator": "is", "value": "card_declined"})
    assert not holds(failed, "failure_code", {"operator": "starts_with", "value": "fraud"})
