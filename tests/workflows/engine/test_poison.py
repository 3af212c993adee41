"""A row that raises is parked, a row that kills is found out; its neighbours go on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions import bells
from actions.in_hand import LEFT_AFTER
from actions.models import InHand
from crm.models import Movement, Profile
from crm.reconciliation import promises
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live
from tests.workflows.engine.driving import call, runs, work
from triggers.models import Event
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run, Version

pytestmark = pytest.mark.django_db


def broken_version() -> Version:
    """Return a live version that no engine can read: what a bug or a lost kind leaves."""
    workflow = live(action("give_points", points=1), name="Broken")
    version = workflow.version
    assert version is not None
    rotten: dict[str, Any] = {**version.definition, "steps": [{**version.definition["steps"][0], "kind": "gone"}]}
    Version.objects.filter(pk=version.pk).update(definition=rotten)
    return version


def test_a_run_that_raises_is_parked_and_its_neighbours_go_on() -> None:
    live(action("give_points", points=1), name="Sound")
    broken_version()
    for profile in ProfileFactory.create_batch(3):
        call(profile)
    work()
    assert sorted((run.workflow.name, run.status, run.reason) for run in runs()) == [
        *[("Broken", "failed", "parked")] * 3,
        *[("Sound", "done", "")] * 3,
    ]
    assert "gone" in Run.objects.filter(status="failed").latest("id").error
    assert Movement.objects.count() == 3
    assert not InHand.objects.exists()


def left_behind(profile: Profile, queue: str, *, row: int | None = None) -> None:
    """Leave a batch as a dead worker does."""
    since = datetime.now(UTC) - LEFT_AFTER - timedelta(seconds=1)
    InHand.objects.create(queue=queue, ids=[profile.pk], row_id=row, is_alone=row is not None, since=since)


def test_what_a_dead_worker_left_is_done_by_the_next_one() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    left_behind(profile, "events")
    work()
    left_behind(profile, "runs")
    work()
    assert [run.status for run in runs()] == ["done"]
    assert not InHand.objects.exists()


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_to_the_next_one() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    left_behind(profile, "events")
    bells.stopping.set()
    try:
        assert dispatch() == 0
    finally:
        bells.stopping.clear()
    assert InHand.objects.filter(is_alone=False, row_id=None).exists()
    work()
    assert [run.status for run in runs()] == ["done"]
    assert not InHand.objects.exists()


def test_rows_in_another_worker_s_hand_are_left_alone() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    InHand.objects.create(queue="events", ids=[profile.pk], since=datetime.now(UTC))
    assert dispatch() == 0


def test_the_event_over_which_a_second_worker_dies_is_parked() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    event, other = call(profile, key="a"), call(profile, key="b")
    left_behind(profile, "events", row=event.pk)
    work()
    event.refresh_from_db()
    assert event.error
    assert [run.key for run in runs()] == [other.key]


def test_the_run_over_which_a_second_worker_dies_is_parked() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    dispatch()
    left_behind(profile, "runs", row=runs()[0].pk)
    advance()
    assert [(run.status, run.reason) for run in runs()] == [("failed", "parked")]


def test_reconcile_finds_what_is_wrong() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    work()
    Event.objects.update(error="parked")
    Run.objects.update(live_key="x")
    Movement.objects.model._base_manager.update(balance_before=7, balance_after=8)
    found = {promise.name for promise in promises() if list(promise.check())}
    assert found == {
        "No event was set aside because of an error.",
        "Only a run under way holds its key; an ended one has a time of its end.",
        "Each movement begins at the balance that the one before it left, and numbers have no gap.",
    }
