"""T1: one run a cart, its data those of the last push, which restarts its wait; ended by an order or when emptied."""

from datetime import timedelta
from typing import Any

import pytest

from crm import clock
from crm.models import Profile
from crm.services.carts import empty_cart, push_cart
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, trigger, wait
from tests.workflows.engine.driving import runs, states, work, work_in
from workflows.models import Entry, Workflow
from workflows.services.pausing import pause, resume

pytestmark = pytest.mark.django_db


def push(profile: Profile, *references: str, key: str = "cart-1", **pushed: Any) -> None:
    lines = [{"reference": reference, "name": reference, "quantity": 1, "unit_price": 1000} for reference in references]
    push_cart(profile, cause=BY_API, key=key, lines=lines, payload={"count": len(lines), **pushed}, total=1000)


def reminder() -> Workflow:
    return live(wait(1), action("give_points", points=1), triggers=[trigger("cart_updated")])


def test_the_first_push_starts_and_the_next_ones_update_the_run() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    push(profile, "A", "B")
    work()
    assert [run.latest.snapshot["count"] for run in runs()] == [2]
    assert list(Entry.objects.order_by("id").values_list("outcome", flat=True)) == ["started", "updated"]


def test_a_push_restarts_the_wait() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    first = runs()[0].due_at
    assert first is not None
    push(profile, "A", "B")
    work()
    assert runs()[0].due_at > first  # type: ignore[operator]
    work_in(minutes=59)
    assert states() == [("waiting", "")]
    work_in(minutes=61)
    assert states() == [("done", "")]


def test_a_push_during_a_pause_restarts_the_wait_too() -> None:
    workflow = reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    pause(workflow)
    with clock.at(clock.now() + timedelta(minutes=50)):
        push(profile, "A", "B")
        work()
        resume(workflow, how="release", per_minute=60)
    work_in(minutes=100)
    assert states() == [("waiting", "")]
    work_in(minutes=111)
    assert states() == [("done", "")]


def test_two_pushes_in_one_batch_make_one_run() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    push(profile, "B")
    work()
    assert [run.latest.snapshot["count"] for run in runs()] == [1]
    assert [run.status for run in runs()] == ["waiting"]


def test_an_emptied_cart_stops_its_run() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    empty_cart(profile, key="cart-1", cause=BY_API)
    work_in(hours=2)
    assert states() == [("stopped", "cart_emptied")]


def test_a_cart_pushed_and_emptied_in_one_batch_reminds_of_nothing() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    empty_cart(profile, key="cart-1", cause=BY_API)
    work()
    work_in(hours=2)
    assert states() == [("stopped", "cart_emptied")]


def test_an_order_of_the_cart_stops_its_run() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    upsert_order(profile, cause=BY_API, reference="O1", status="new", amount=1000, cart_key="cart-1")
    work_in(hours=2)
    assert [status for status, _reason in states()] == ["stopped"]


def test_an_order_that_names_no_cart_stops_the_run_too() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    upsert_order(profile, cause=BY_API, reference="O1", status="new", amount=1000)
    work_in(hours=2)
    assert [status for status, _reason in states()] == ["stopped"]


def test_after_its_end_an_unchanged_cart_starts_nothing_and_a_changed_one_a_new_run() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A")
    work()
    work_in(hours=2)
    assert states() == [("done", "")]
    push(profile, "A")
    work()
    assert Entry.objects.latest("id").reason == "unchanged"
    push(profile, "A", "B")
    work()
    assert [status for status, _reason in states()] == ["done", "waiting"]


def test_two_carts_of_one_person_have_a_run_each() -> None:
    reminder()
    profile = ProfileFactory()
    push(profile, "A", key="one")
    push(profile, "A", key="two")
    work()
    assert len(runs()) == 2
