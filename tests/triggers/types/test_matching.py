"""What each trigger takes for an occurrence, events as the receivers record them."""

from typing import Any

import pytest

from crm.cause import Origin
from crm.conditions.base import EventView
from triggers.base import trigger_types
from triggers.models import Kind


def matches(kind: str, options: dict[str, Any], event: EventView, workflow_id: int = 1) -> bool:
    return trigger_types[kind](options).matches(event, workflow_id=workflow_id)


def order_event(kind: str = Kind.ORDER_STATUS_CHANGED, **order: Any) -> EventView:
    return EventView(kind, 1, name="paid", key="A1", snapshot={"order": order})


def points(amount: int, *, source: str = "api", workflow_id: int | None = None) -> EventView:
    seen = {"pot": {"points": amount}}
    return EventView(Kind.MOVEMENT_MADE, 1, name=source, workflow_id=workflow_id, snapshot=seen)


def consent(status: str, *, name: str = "NewsEmail", source: str = "") -> EventView:
    return EventView(Kind.CONSENT_CHANGED, 1, name=name, snapshot={"consent": {"status": status, "source": source}})


@pytest.mark.parametrize("cls", list(trigger_types), ids=lambda cls: cls.kind)
def test_nothing_imported_starts_anything(cls: Any) -> None:
    class Lenient(cls):  # type: ignore[misc]
        def accepts(self, event: EventView, workflow_id: int) -> bool:
            return True

    for kind in cls.reads:
        assert Lenient({}).matches(EventView(kind, 1, origin=Origin.API), workflow_id=1)
        assert not Lenient({}).matches(EventView(kind, 1, origin=Origin.IMPORT), workflow_id=1)


def test_a_consent_is_accepted_or_refused_and_to_be_confirmed_only_if_ticked() -> None:
    options: dict[str, Any] = {"consents": ["NewsEmail"], "to_confirm": False}
    assert matches("consent_updated", options, consent("accepted"))
    assert matches("consent_updated", options, consent("refused"))
    assert not matches("consent_updated", options, consent("to_confirm"))
    assert not matches("consent_updated", options, consent("unknown"))
    assert not matches("consent_updated", options, consent("accepted", name="NewsSMS"))
    assert matches("consent_updated", {**options, "to_confirm": True}, consent("to_confirm"))
    assert not matches("consent_updated", {**options, "to_confirm": True}, consent("unknown", source="expiry"))


def test_only_the_ticked_cases_of_an_order_count() -> None:
    created, moved = order_event(Kind.ORDER_CREATED, status="new"), order_event(status="paid", old_status="new")
    assert matches("order_updated", {"on_creation": True}, created)
    assert not matches("order_updated", {"on_creation": True}, moved)
    assert matches("order_updated", {"on_status": True}, moved)
    assert not matches("order_updated", {"on_status": True}, order_event(Kind.ORDER_AMOUNT_CHANGED))
    assert matches("order_updated", {"on_amount": True}, order_event(Kind.ORDER_AMOUNT_CHANGED))


def test_the_statuses_of_an_order_are_ours_or_the_shops_own() -> None:
    moved = order_event(
        status="shipped", old_status="paid", shop_status="Remis au transporteur ", old_shop_status="Payé"
    )
    for status_from, status_to, expected in [
        ([], ["shipped"], True),
        (["paid"], [], True),
        (["new"], ["shipped"], False),
        ([], ["shop:remis au transporteur"], True),
        (["shop:payé"], ["delivered", "shipped"], True),
        ([], ["shop:livré"], False),
    ]:
        options = {"on_status": True, "status_from": status_from, "status_to": status_to}
        assert matches("order_updated", options, moved) is expected


def test_a_status_that_stays_while_the_shop_renames_it_has_not_changed() -> None:
    renamed = order_event(status="paid", old_status="paid", shop_status="Preparing", old_shop_status="Payé")
    assert not matches("order_updated", {"on_status": True, "status_to": ["paid"]}, renamed)
    assert matches("order_updated", {"on_status": True, "status_to": ["shop:preparing"]}, renamed)


def test_points_count_by_source_and_sign_and_never_those_of_the_workflow_itself() -> None:
    options = {"sources": ["api", "workflow"], "direction": "gains"}
    assert matches("pot_updated", options, points(5))
    assert not matches("pot_updated", options, points(-5))
    assert not matches("pot_updated", options, points(5, source="reward"))
    assert matches("pot_updated", {**options, "direction": "losses"}, points(-5))
    assert not matches("pot_updated", {**options, "direction": "losses"}, points(5))
    assert matches("pot_updated", {**options, "direction": "both"}, points(-5))
    assert not matches("pot_updated", {**options, "direction": "both"}, points(0))
    assert matches("pot_updated", options, points(5, source="workflow", workflow_id=2))
    assert not matches("pot_updated", options, points(5, source="workflow", workflow_id=1))


def test_a_profile_counts_by_its_origin() -> None:
    made = EventView(Kind.PROFILE_CREATED, 1, origin=Origin.API)
    assert matches("profile_created", {"origins": ["api"]}, made)
    assert not matches("profile_created", {"origins": ["tracker"]}, made)


def test_a_field_or_a_tag_counts_when_it_is_watched() -> None:
    city = EventView(Kind.FIELD_CHANGED, 1, name="city")
    tag = EventView(Kind.TAG_ADDED, 1, name="city")
    assert matches("profile_updated", {"fields_watched": ["city"]}, city)
    assert not matches("profile_updated", {"fields_watched": ["city"]}, tag)
    assert matches("profile_updated", {"fields_watched": ["tags"]}, tag)
    assert not matches("profile_updated", {"fields_watched": ["custom.size"]}, city)


def test_a_call_counts_by_its_identifier_and_updates_a_run_if_chosen() -> None:
    call = EventView(Kind.API_CALLED, 1, name="quote", key="77")
    assert matches("api_call", {"identifier": "quote"}, call)
    assert not matches("api_call", {"identifier": "Quote"}, call)
    assert trigger_types["api_call"]({"identifier": "quote", "repeated": "starts"}).run_key(call) == ""
    assert trigger_types["api_call"]({"identifier": "quote", "repeated": "updates"}).run_key(call) == "77"


def test_an_ordered_cart_pushed_as_it_was_starts_nothing() -> None:
    push = EventView(Kind.CART_PUSHED, 1, key="c1", snapshot={"cart": {"status": "open"}})
    ordered = EventView(Kind.CART_PUSHED, 1, key="c1", snapshot={"cart": {"status": "converted"}})
    assert matches("cart_updated", {}, push)
    assert not matches("cart_updated", {}, ordered)
    assert trigger_types["cart_updated"]({}).run_key(push) == "c1"


def test_the_products_of_carts_and_orders_are_named_by_reference() -> None:
    lines = [{"reference": "P1"}, {"reference": "P2"}]
    assert trigger_types["sale_succeeded"]({}).products(order_event(Kind.ORDER_PAID, lines=lines)) == ["P1", "P2"]
    cart = EventView(Kind.CART_PUSHED, 1, snapshot={"cart": {"lines": lines}})
    assert trigger_types["cart_updated"]({}).products(cart) == ["P1", "P2"]
    assert trigger_types["order_updated"]({}).products(order_event()) == []
    assert trigger_types["api_call"]({"identifier": "q"}).products(EventView(Kind.API_CALLED, 1)) is None


def test_the_order_of_the_event_is_its_own() -> None:
    for kind in ("order_updated", "sale_succeeded", "sale_failed"):
        assert trigger_types[kind]({}).own_order(order_event()) == "A1"


def test_a_participation_counts_when_it_begins_or_when_it_is_complete() -> None:
    begun, done = (EventView(kind, 1, name="m1") for kind in (Kind.PARTICIPATION_STARTED, Kind.PARTICIPATION_COMPLETED))
    assert matches("module_participation", {"which": "all", "moment": "started"}, begun)
    assert not matches("module_participation", {"which": "all", "moment": "started"}, done)
    assert matches("module_participation", {"which": "all", "moment": "completed"}, done)
    assert not matches("module_participation", {"which": "all", "moment": "completed"}, begun)


def test_all_modules_are_those_of_the_future_too_and_a_list_is_a_list() -> None:
    event = EventView(Kind.REFERRAL_VALIDATED, 1, name="made later")
    assert matches("referral_validated", {"which": "all"}, event)
    assert not matches("referral_validated", {"which": "chosen", "modules": ["m1"]}, event)
    assert matches("referral_validated", {"which": "chosen", "modules": ["made later"]}, event)
    assert not matches("referral_validated", {"which": "all"}, EventView(Kind.REFERRAL_CREATED, 1))
