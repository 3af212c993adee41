"""T13: carts that were left, once for each idle time asked and each last activity, however often one looks."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.conditions.base import EventView
from crm.models import Cart, Profile
from crm.services.carts import abandon_carts, empty_cart, push_cart
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.people import ProfileFactory
from triggers.base import trigger_types
from triggers.idle_carts import record_idle_carts
from triggers.models import Event, Kind

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINES = [{"reference": "P1", "name": "Lamp", "quantity": 1, "unit_price": 4500}]


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def push(profile: Profile, minutes: float, *, key: str = "c1", stage: str = "checkout", pieces: int = 1) -> Cart:
    lines = [{**LINES[0], "quantity": pieces}]
    with clock.at(later(minutes)):
        return push_cart(profile, cause=BY_API, key=key, lines=lines, payload={"colour": "blue"}, stage=stage)


def look(minutes: float, *, idle: int = 60, since: datetime = START) -> int:
    with clock.at(later(minutes)):
        return record_idle_carts(idle, since=since, until=later(minutes))


def idle_events() -> list[Event]:
    return list(Event.objects.filter(kind=Kind.CART_IDLE).order_by("id"))


@pytest.mark.django_db
def test_a_cart_is_left_once_it_is_idle_for_as_long_as_asked() -> None:
    push(ProfileFactory(), 0)
    assert look(59) == 0
    assert look(60) == 1
    assert look(61) == 0
    event = idle_events()[0]
    assert (event.name, event.key) == ("checkout", "c1")
    assert event.occurred_at == later(60)
    assert event.snapshot["idle_minutes"] == 60
    assert event.snapshot["colour"] == "blue"
    assert event.snapshot["sale"]["amount"] == "45.00"
    assert event.snapshot["product"]["reference"] == "P1"


@pytest.mark.django_db
def test_each_idle_time_asked_has_its_own_event_and_trigger() -> None:
    push(ProfileFactory(), 0)
    assert [look(30, idle=30), look(60, idle=60), look(60, idle=30)] == [1, 1, 0]
    for event in idle_events():
        view = EventView(event.kind, 1, name=event.name, snapshot=event.snapshot)
        minutes = event.snapshot["idle_minutes"]
        asked = trigger_types["sale_abandoned"]({"stage": "checkout", "idle_minutes": minutes})
        other = trigger_types["sale_abandoned"]({"stage": "checkout", "idle_minutes": minutes + 1})
        in_cart = trigger_types["sale_abandoned"]({"stage": "cart", "idle_minutes": minutes})
        either = trigger_types["sale_abandoned"]({"stage": "either", "idle_minutes": minutes})
        assert [each.matches(view, workflow_id=1) for each in (asked, other, in_cart, either)] == [
            True,
            False,
            False,
            True,
        ]


@pytest.mark.django_db
def test_touched_again_it_is_left_again() -> None:
    profile = ProfileFactory()
    push(profile, 0)
    assert look(60) == 1
    push(profile, 61, pieces=2)
    assert look(120) == 0
    assert look(121) == 1


@pytest.mark.django_db
def test_a_cart_ordered_or_emptied_is_not_left() -> None:
    ordered, emptied, failed = ProfileFactory(), ProfileFactory(), ProfileFactory()
    for profile in (ordered, emptied, failed):
        push(profile, 0)
    with clock.at(later(5)):
        upsert_order(ordered, cause=BY_API, reference="A1", status="new")
        empty_cart(emptied, key="c1", cause=BY_API)
        upsert_order(failed, cause=BY_API, reference="A2", status="failed")
    assert look(60) == 1
    assert [event.profile_id for event in idle_events()] == [failed.pk]


@pytest.mark.django_db
def test_a_cart_already_marked_as_abandoned_is_found_and_a_push_opens_it_again() -> None:
    profile = ProfileFactory()
    push(profile, 0)
    with clock.at(later(40)):
        abandon_carts(idle_for=timedelta(minutes=30), cause=BY_HAND)
    assert Cart.objects.get().status == Cart.Status.ABANDONED
    assert look(60) == 1
    assert push(profile, 70, pieces=2).status == Cart.Status.OPEN


@pytest.mark.django_db
def test_what_went_idle_before_the_workflow_was_live_is_not_made_up() -> None:
    push(ProfileFactory(), 0)
    assert look(200, since=later(61)) == 0
    assert look(200, since=later(60)) == 1


@pytest.mark.django_db
def test_many_carts_are_found_by_few_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triggers.idle_carts.BATCH", 4)
    for _ in range(10):
        push(ProfileFactory(), 0)
    with CaptureQueriesContext(connection) as queries:
        assert look(60) == 10
    assert len(queries) < 40
    with CaptureQueriesContext(connection) as queries:
        assert look(60) == 0
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_record_each_once() -> None:
    for _ in range(20):
        push(ProfileFactory(), 0)
    start = threading.Barrier(2)
    found: list[int] = []

    def scheduler() -> None:
        start.wait()
        try:
            found.append(look(60))
        finally:
            connection.close()

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 20
    assert len(idle_events()) == 20
