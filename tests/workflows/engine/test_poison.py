"""A row that raises is parked, a row that kills is found out; its neighbours go on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions import bells
from actions.in_hand import LEFT_AFTER, PIECE
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


def left_behind(*profiles: Profile, queue: str, row: int | None = None, deaths: int = 0) -> None:
    """Leave a batch, a piece (`deaths` 1) or a row as a dead worker does."""
    since = datetime.now(UTC) - LEFT_AFTER - timedelta(seconds=1)
    ids = [profile.pk for profile in profiles]
    InHand.objects.create(queue=queue, ids=ids, row_id=row, deaths=deaths, since=since)


def test_what_a_dead_worker_left_is_done_by_the_next_one() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    left_behind(profile, queue="events")
    work()
    left_behind(profile, queue="runs")
    work()
    assert [run.status for run in runs()] == ["done"]
    assert not InHand.objects.exists()


def test_what_was_left_is_redone_in_pieces_of_which_others_take_theirs() -> None:
    live(action("give_points", points=1))
    profiles = ProfileFactory.create_batch(PIECE + 3)
    for profile in profiles:
        call(profile)
    left_behind(*profiles, queue="events")
    assert dispatch() == Event.objects.filter(handled_at__isnull=False).count() >= PIECE
    assert [len(hand.ids) for hand in InHand.objects.all()] == [3]
    assert dispatch() > 0
    assert not InHand.objects.exists()
    work()
    assert [run.status for run in runs()] == ["done"] * len(profiles)


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_to_the_next_one() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    left_behind(profile, queue="events", deaths=1)
    bells.stopping.set()
    try:
        assert dispatch() == 0
    finally:
        bells.stopping.clear()
    assert InHand.objects.filter(deaths=2, row_id=None).exists()
    work()
    assert [run.status for run in runs()] == ["done"]
    assert not InHand.objects.exists()


def test_rows_in_another_worker_s_hand_are_left_alone() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    InHand.objects.create(queue="events", ids=[profile.pk], since=datetime.now(UTC))
    assert dispatch() == 0


def test_the_event_over_which_workers_die_again_is_parked() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    event, other = call(profile, key="a"), call(profile, key="b")
    left_behind(profile, queue="events", row=event.pk, deaths=2)
    work()
    event.refresh_from_db()
    assert event.error
    assert [run.key for run in runs()] == [other.key]


def test_the_run_over_which_workers_die_again_is_parked() -> None:
    live(action("give_points", points=1))
    profile = ProfileFactory()
    call(profile)
    dispatch()
    left_behind(profile, queue="runs", row=runs()[0].pk, deaths=2)
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
