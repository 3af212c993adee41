"""The property of K3: whatever comes first and whoever works when, one exit is taken, once, and the right one."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import clock
from crm.models import Profile
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, wait_for
from tests.workflows.engine.driving import call, work
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Journal, Run, Workflow

WORKERS = {"dispatch": dispatch, "advance": advance}


def place(profile: Profile) -> None:
    reference = f"O{profile.pk}"
    upsert_order(profile, cause=BY_API, reference=reference, status="new", amount=100)


def a_workflow() -> None:
    """Have one workflow, in all examples."""
    if not Workflow.objects.exists():
        yes, no = action("give_points", points=1), action("give_points", points=100)
        live(wait_for("ordered", hours=2, yes=[yes], no=[no]))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # seconds between the end of the time and the order; 0 is the very instant
    offset=st.sampled_from([-3600, -1, 0, 1, 3600]) | st.integers(-7000, 7000),
    # who works, and how many seconds after the order it does
    turns=st.lists(
        st.tuples(st.sampled_from(sorted(WORKERS)), st.sampled_from([0, 0, 1, 3600, 7200])), min_size=0, max_size=6
    ),
)
def test_an_event_and_the_end_of_the_time_lead_to_exactly_one_exit(offset: int, turns: list[tuple[str, int]]) -> None:
    a_workflow()
    profile = ProfileFactory()
    start = clock.now()
    with clock.at(start):
        call(profile)
        work()
    over = start + timedelta(hours=2)
    at = over + timedelta(seconds=offset)
    with clock.at(at):
        place(profile)
    for name, later in sorted(turns, key=lambda turn: turn[1]):
        with clock.at(at + timedelta(seconds=later)):
            WORKERS[name]()
    with clock.at(over + timedelta(days=1)):
        work()

    run = Run.objects.filter(profile=profile).get()
    lines = list(Journal.objects.filter(run=run, outcome__in=["yes", "no"]).values_list("outcome", flat=True))
    assert lines == (["yes"] if offset <= 0 else ["no"])
    assert run.status == "done"
    assert profile.pot.balance == (1 if offset <= 0 else 100)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("offset", [-1, 1])
def test_dispatch_and_advance_at_the_same_moment_take_one_exit(offset: int) -> None:
    a_workflow()
    profiles = ProfileFactory.create_batch(20)
    start = clock.now()
    with clock.at(start):
        for profile in profiles:
            call(profile)
        work()
    over = start + timedelta(hours=2)
    with clock.at(over + timedelta(seconds=offset)):
        for profile in profiles:
            place(profile)
    begin = threading.Barrier(4)

    def press(name: str) -> None:
        with clock.at(over + timedelta(seconds=5)):
            begin.wait(10)
            for _turn in range(20):
                WORKERS[name]()
        connection.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in [*WORKERS, *WORKERS]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with clock.at(over + timedelta(seconds=6)):
        work()

    lines = Journal.objects.filter(outcome__in=["yes", "no"]).values_list("outcome", flat=True)
    assert list(lines) == ["yes" if offset < 0 else "no"] * 20
    assert set(Run.objects.values_list("status", flat=True)) == {"done"}
