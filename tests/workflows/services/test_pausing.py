"""Pausing holds, resuming never floods: shifted, released at a rate, or stopped."""

from datetime import timedelta
from typing import Any

import pytest

from actions.models import Delivery
from crm import clock
from crm.beginnings import make_beginnings
from crm.errors import Refused
from crm.models import ConsentDefinition
from crm.services.consents import set_consent
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, wait
from tests.workflows.engine.driving import call, runs, states, work, work_in
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run, Workflow
from workflows.services.lifecycle import deactivate
from workflows.services.pausing import carry_on_all, pause, plan_resumption, resume

pytestmark = pytest.mark.django_db


def waiting(people: int = 1) -> Workflow:
    """Return a workflow in which so many people wait an hour for a point."""
    workflow = live(wait(1), action("give_points", points=1))
    for profile in ProfileFactory.create_batch(people):
        call(profile)
    work()
    return workflow


def test_what_waits_is_held_and_nothing_happens_while_paused() -> None:
    workflow = waiting()
    pause(workflow)
    assert workflow.status == "paused"
    work_in(hours=5)
    assert states() == [("held", "")]


def test_a_run_that_comes_due_before_it_is_held_is_held_by_the_engine() -> None:
    workflow = waiting()
    Workflow.objects.filter(pk=workflow.pk).update(status="paused", paused_at=clock.now())
    work_in(hours=2)
    assert states() == [("held", "")]


def test_shifted_runs_wait_as_long_as_they_had_to() -> None:
    workflow = waiting()
    due = runs()[0].due_at
    pause(workflow)
    with clock.at(clock.now() + timedelta(hours=10)):
        resume(workflow, how="shift")
        work()
        assert states() == [("waiting", "")]
    assert due is not None
    moved = runs()[0].due_at
    assert moved is not None
    assert timedelta(hours=9, minutes=59) < moved - due < timedelta(hours=10, minutes=1)
    work_in(hours=11.1)
    assert states() == [("done", "")]


def test_released_runs_go_on_at_the_rate_asked_for() -> None:
    workflow = waiting(people=4)
    pause(workflow)
    with clock.at(clock.now() + timedelta(hours=10)):
        resume(workflow, how="release", per_minute=2)
        work()
        assert sorted(run.status for run in runs()) == ["done", "waiting", "waiting", "waiting"]
        work_in(seconds=31)
        assert sorted(run.status for run in runs()) == ["done", "done", "waiting", "waiting"]
        work_in(seconds=95)
        assert {run.status for run in runs()} == {"done"}


def test_dropped_runs_are_stopped_because_of_the_pause() -> None:
    workflow = waiting()
    pause(workflow)
    resume(workflow, how="stop")
    assert states() == [("stopped", "paused")]
    assert workflow.status == "active"
    workflow.refresh_from_db()
    assert (workflow.under_way, workflow.stopped) == (0, 1)


def mailing(*after: Any) -> Workflow:
    """Return a workflow with a run that has planned its mail."""
    make_beginnings()
    news = ConsentDefinition.objects.get(name="NewsEmail")
    message = {"source": "own", "subject": "Hello", "html": "<p>Hello</p>", "text": ""}
    rules = {"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"]}
    workflow = live(action("send_email", **message, **rules), *after)
    profile = ProfileFactory()
    set_consent(profile, definition=news, status="accepted", cause=BY_API)
    call(profile)
    dispatch()
    advance()
    return workflow


def test_a_planned_mail_is_held_and_leaves_after_the_pause() -> None:
    workflow = mailing()
    pause(workflow)
    work()
    assert Delivery.objects.get().status == "held"
    resume(workflow, how="shift")
    work()
    assert Delivery.objects.get().status == "sent"
    assert states() == [("done", "")]


def test_the_time_that_a_mail_may_wait_for_a_cap_stands_still_in_a_pause() -> None:
    workflow, now = mailing(), clock.now()
    Delivery.objects.update(put_off_at=now, due_at=now + timedelta(hours=1))
    with clock.at(now + timedelta(minutes=10)):
        pause(workflow)
    with clock.at(now + timedelta(days=3)):
        resume(workflow, how="shift")
    moved = Delivery.objects.get().put_off_at
    assert moved is not None
    assert timedelta(0) <= now + timedelta(days=3, minutes=-10) - moved < timedelta(seconds=5)


def test_dropping_what_is_held_drops_the_steps_behind_a_held_mail_too() -> None:
    workflow = mailing(action("give_points", points=1))
    pause(workflow)
    resume(workflow, how="stop")
    work()
    assert Delivery.objects.get().status == "skipped"
    assert states() == [("stopped", "paused")]


def test_what_a_late_worker_held_after_the_end_of_a_pause_goes_on() -> None:
    waiting()
    mailing()
    Run.objects.filter(phase="waiting").update(status="held")
    Delivery.objects.update(status="held", reason="paused")
    carry_on_all()
    assert not Workflow.objects.exclude(resuming__isnull=True).exists()
    work_in(hours=2)
    assert states() == [("done", ""), ("done", ""), ("done", "")]


def test_events_during_a_pause_are_not_made_up() -> None:
    workflow = waiting()
    pause(workflow)
    call(ProfileFactory())
    work()
    resume(workflow, how="shift")
    work()
    assert len(runs()) == 1


def test_switching_off_a_paused_workflow_lets_its_runs_finish_or_stops_them() -> None:
    workflow = waiting()
    pause(workflow)
    deactivate(workflow, live_runs="finish")
    carry_on_all()
    work_in(hours=2)
    assert states() == [("done", "")]


def test_switching_off_while_runs_are_released_keeps_their_rate() -> None:
    workflow = waiting(people=3)
    pause(workflow)
    Workflow.objects.filter(pk=workflow.pk).update(status="active")
    with clock.at(clock.now() + timedelta(hours=10)):
        plan_resumption(workflow, how="release", per_minute=2)
        deactivate(workflow, live_runs="finish")
        carry_on_all()
        work()
        assert sorted(run.status for run in runs()) == ["done", "waiting", "waiting"]
        work_in(seconds=65)
    assert [run.status for run in runs()] == ["done"] * 3


def test_only_an_active_workflow_can_be_paused_and_only_a_paused_one_resumed() -> None:
    workflow = waiting()
    with pytest.raises(Refused):
        resume(workflow, how="shift")
    pause(workflow)
    with pytest.raises(Refused):
        pause(workflow)
    with pytest.raises(Refused):
        resume(workflow, how="release", per_minute=0)
