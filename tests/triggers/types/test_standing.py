"""Before each action: does the cart or the unpaid order still wait? Rows as the services write them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.conditions.base import EventView
from crm.models import Profile
from crm.services.carts import empty_cart, push_cart
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.people import ProfileFactory
from triggers.base import RunView, trigger_types
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINES = [{"reference": "P1", "name": "Lamp", "quantity": 1, "unit_price": 4500}]


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def push(profile: Profile, minutes: float, key: str = "c1", pieces: int = 1) -> RunView:
    with clock.at(later(minutes)):
        push_cart(profile, cause=BY_API, key=key, lines=[{**LINES[0], "quantity": pieces}], payload={})
    return run_of(profile, key, Kind.CART_PUSHED)


def run_of(profile: Profile, key: str, kind: str) -> RunView:
    event = Event.objects.filter(profile=profile, key=key, kind=kind).latest("id")
    seen = EventView(kind, profile.pk, key=key, snapshot=event.snapshot, recorded_at=event.recorded_at)
    return RunView(event.pk, profile.pk, key, seen)


def order(profile: Profile, minutes: float, status: str, reference: str = "A1", **given: object) -> None:
    with clock.at(later(minutes)):
        upsert_order(profile, cause=BY_API, reference=reference, status=status, amount=4500, **given)  # type: ignore[arg-type]


def reason(kind: str, *runs: RunView) -> list[str]:
    options = {"stage": "either", "idle_minutes": 10}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lost = trigger_types[kind](options).standing(runs)
    assert len(queries) == 1
    return [lost.get(run.id, "") for run in runs]


@pytest.mark.parametrize("kind", ["cart_updated", "sale_abandoned"])
def test_a_cart_that_nobody_ordered_still_waits(kind: str) -> None:
    assert reason(kind, push(ProfileFactory(), 0)) == [""]


@pytest.mark.parametrize("kind", ["cart_updated", "sale_abandoned"])
def test_an_emptied_cart_waits_no_more(kind: str) -> None:
    profile = ProfileFactory()
    run = push(profile, 0)
    with clock.at(later(5)):
        empty_cart(profile, key="c1", cause=BY_API)
    assert reason(kind, run) == ["cart_emptied"]


@pytest.mark.parametrize("status", ["new", "processing", "paid", "delivered"])
def test_its_own_order_ends_it_whatever_the_status(status: str) -> None:
    profile = ProfileFactory()
    run = push(profile, 0)
    order(profile, 5, status, cart_key="c1")
    assert reason("cart_updated", run) == ["cart_converted"]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_failed_or_cancelled_order_does_not_end_it(status: str) -> None:
    profile = ProfileFactory()
    run = push(profile, 0)
    order(profile, 5, status, cart_key="c1")
    assert reason("cart_updated", run) == [""]


def test_an_order_of_another_cart_ends_it_too_and_that_of_another_person_does_not() -> None:
    profile, other = ProfileFactory(), ProfileFactory()
    run, run_of_other = push(profile, 0), push(other, 0)
    push(profile, 1, key="c2")
    order(profile, 5, "new", cart_key="c2")
    assert reason("cart_updated", run, run_of_other) == ["order_placed", ""]


def test_an_order_from_before_the_last_push_does_not_end_it() -> None:
    profile = ProfileFactory()
    push(profile, 0)
    order(profile, 5, "new", cart_key="c1")
    assert reason("cart_updated", push(profile, 10, pieces=2)) == [""]


def test_an_old_order_that_arrives_late_ends_nothing() -> None:
    profile = ProfileFactory()
    run = push(profile, 0, key="c2")
    with clock.at(later(5)):
        long_ago = START - timedelta(days=400)
        upsert_order(profile, cause=BY_IMPORT, reference="old", status="delivered", occurred_at=long_ago)
    assert reason("cart_updated", run) == [""]


def test_the_end_of_a_cart_ends_the_run_of_that_cart_only() -> None:
    profile = ProfileFactory()
    push(profile, 0)
    order(profile, 5, "new", cart_key="c1")
    ended = Event.objects.get(kind=Kind.CART_ENDED)
    event = EventView(ended.kind, profile.pk, name=ended.name, key=ended.key)
    for kind in ("cart_updated", "sale_abandoned"):
        trigger = trigger_types[kind]({})
        assert ended.kind in trigger.ended_by
        assert trigger.end_reason(event, "c1") == "cart_converted"
        assert trigger.end_reason(event, "c2") == ""


def test_a_failed_sale_ends_when_it_is_paid_after_all() -> None:
    profile, other = ProfileFactory(), ProfileFactory()
    order(profile, 0, "failed")
    order(other, 0, "failed", reference="B1")
    runs = [run_of(profile, "A1", Kind.ORDER_FAILED), run_of(other, "B1", Kind.ORDER_FAILED)]
    assert reason("sale_failed", *runs) == ["", ""]
    order(profile, 5, "paid")
    assert reason("sale_failed", *runs) == ["order_paid", ""]
    paid = Event.objects.get(kind=Kind.ORDER_PAID)
    trigger = trigger_types["sale_failed"]({})
    event = EventView(paid.kind, profile.pk, key=paid.key)
    assert [trigger.end_reason(event, key) for key in ("A1", "B1")] == ["order_paid", ""]


def test_a_failed_sale_ends_when_the_customer_orders_again() -> None:
    profile = ProfileFactory()
    order(profile, -60, "paid", reference="A0")
    order(profile, 0, "failed")
    run = run_of(profile, "A1", Kind.ORDER_FAILED)
    order(profile, 1, "failed", reference="A2")
    assert reason("sale_failed", run) == [""]
    order(profile, 5, "new", reference="A3")
    assert reason("sale_failed", run) == ["order_placed"]
