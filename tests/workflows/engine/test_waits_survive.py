"""A wait for an event (K3) survives whatever a wait survives."""

from datetime import timedelta
from typing import Any

import pytest

from crm import clock
from tests.factories.people import ProfileFactory
from tests.factories.workflows import called, live, wait_for
from tests.workflows.engine.driving import call, runs, states, work, work_in
from tests.workflows.engine.test_waiting_for_events import NO, YES, exits, order, tags
from workflows.engine.listening import awaited_kinds
from workflows.services.lifecycle import deactivate
from workflows.services.pausing import pause, resume
from workflows.services.runs import stop_run

pytestmark = pytest.mark.django_db


def test_it_survives_a_pause_and_time_stands_still_in_it() -> None:
    workflow = live(wait_for("ordered", yes=YES, no=NO))
    profile, late = ProfileFactory.create_batch(2)
    call(profile)
    call(late)
    work()
    start = clock.now()
    with clock.at(start + timedelta(hours=1)):
        pause(workflow)
    with clock.at(start + timedelta(hours=30)):
        order(profile)
        work()
        assert exits() == []
    with clock.at(start + timedelta(hours=48)):
        resume(workflow, how="shift")
        work()
        assert (tags(profile), tags(late)) == (["yes"], [])
        order(late, "O2")
        work()
        assert tags(late) == ["yes"]


HOW = [{"how": "shift"}, {"how": "release", "per_minute": 60}]


@pytest.mark.parametrize("how", HOW, ids=["shifted", "released"])
@pytest.mark.parametrize("hours", [5, 20])
def test_an_event_that_came_during_a_pause_is_taken_at_resuming(how: dict[str, Any], hours: int) -> None:
    workflow = live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    start = clock.now()
    with clock.at(start + timedelta(hours=1)):
        pause(workflow)
    with clock.at(start + timedelta(hours=hours)):
        order(profile)
        work()
        assert exits() == []
    with clock.at(start + timedelta(hours=48)):
        resume(workflow, **how)
        work()
    assert exits() == ["yes"]


def test_an_event_after_the_time_of_a_wait_counts_only_where_the_pause_made_it_longer() -> None:
    found = {}
    for how in ("shift", "release"):
        workflow = live(wait_for("ordered", yes=YES, no=NO))
        profile = ProfileFactory()
        call(profile)
        work()
        start = clock.now()
        with clock.at(start + timedelta(hours=1)):
            pause(workflow)
        with clock.at(start + timedelta(hours=30)):
            order(profile, how)
            work()
        with clock.at(start + timedelta(hours=48)):
            resume(workflow, how=how, per_minute=60)
            work()
        found[how] = tags(profile)
        deactivate(workflow)
    assert found == {"shift": ["yes"], "release": ["no"]}


def test_a_wait_that_was_over_before_the_pause_is_not_longer_for_it() -> None:
    workflow = live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    start = clock.now()
    with clock.at(start + timedelta(hours=25)):
        pause(workflow)
    with clock.at(start + timedelta(hours=26)):
        order(profile)
    with clock.at(start + timedelta(hours=48)):
        resume(workflow, how="shift")
        work()
    assert tags(profile) == ["no"]


def test_dropping_what_is_held_drops_a_wait_whose_event_came() -> None:
    workflow = live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    pause(workflow)
    order(profile)
    work()
    resume(workflow, how="stop")
    work()
    assert (exits(), states()) == ([], [("stopped", "paused")])


def test_it_survives_a_new_version_and_a_workflow_that_is_switched_off() -> None:
    workflow = live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    deactivate(workflow)
    order(profile)
    work()
    assert exits() == ["yes"]


def test_a_stopped_run_is_not_woken() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    stop_run(runs()[0])
    order(profile)
    work()
    assert (exits(), states()) == ([], [("stopped", "by_hand")])
    assert awaited_kinds() == frozenset()


def test_an_update_of_the_run_restarts_the_time_and_wakes_nobody() -> None:
    live(wait_for("ordered", yes=YES, no=NO), triggers=[called(repeated="updates")])
    profile = ProfileFactory()
    call(profile)
    work()
    with clock.at(clock.now() + timedelta(hours=20)):
        call(profile)
        work()
    work_in(hours=30)
    assert exits() == []
    work_in(hours=45)
    assert exits() == ["no"]


def test_an_update_right_after_the_event_does_not_undo_it() -> None:
    live(wait_for("ordered", yes=YES, no=NO), triggers=[called(repeated="updates")])
    profile = ProfileFactory()
    call(profile)
    work()
    order(profile)
    call(profile)
    work()
    assert exits() == ["yes"]
