"""A wait for an event (K3) survives whatever a wait survives."""

from datetime import timedelta

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
        order(late, "O2")
        work()
        assert tags(late) == ["yes"]
    with clock.at(start + timedelta(hours=80)):
        work()
    assert tags(profile) == ["yes"]


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
