"""Whatever the door, a change is the same events, in the transaction of the change."""

from typing import Any

import pytest
from django.db import transaction

from crm.cause import Origin
from tests.crm.door_cases_profile import CASES as PROFILE_CASES
from tests.crm.door_cases_sales import CASES as SALES_CASES
from tests.crm.doors import CAUSES, Case, Crash, crash_after_recording, seen
from triggers.models import BY_CLOCK, Event, Kind
from triggers.receivers import EVENTS

pytestmark = pytest.mark.django_db

CASES = [*PROFILE_CASES, *SALES_CASES]
every_door = pytest.mark.parametrize(
    ("case", "door"),
    [pytest.param(case, door, id=f"{case.name} ({door})") for case in CASES for door in case.doors],
)


def recorded() -> list[Event]:
    """Return what was recorded, but for the call that started the workflow of a door."""
    return list(Event.objects.exclude(kind=Kind.API_CALLED).order_by("id"))


def rows() -> dict[str, Any]:
    """Return all rows of tracked models as they stand, but for the bookkeeping of time."""
    return {
        model.__name__: sorted(str({**row, "updated_at": None}) for row in model.objects.values()) for model in EVENTS
    }


@every_door
def test_each_door_records_the_same_events(case: Case, door: str) -> None:
    thing = case.prepare()
    Event.objects.all().delete()

    case.doors[door](thing)

    events = recorded()
    assert [event.kind for event in events] == [kind for kind, _name, _key in case.events]
    for event, (_kind, name, key) in zip(events, case.events, strict=True):
        assert name in ("*", event.name)
        assert key in ("*", event.key)
    for path, value in case.sees.items():
        assert seen(events[0].snapshot, path) == value


@every_door
def test_each_event_carries_its_cause_and_depth(case: Case, door: str) -> None:
    thing = case.prepare()
    Event.objects.all().delete()

    case.doors[door](thing)

    for event in recorded():
        assert (event.origin, event.actor) == CAUSES[door]
        assert event.depth == (1 if event.origin == Origin.WORKFLOW else 0)
        assert (event.run_id is not None) == (event.origin == Origin.WORKFLOW)
        assert event.occurred_at <= event.recorded_at


@every_door
def test_a_rollback_leaves_neither_change_nor_event(case: Case, door: str) -> None:
    thing = case.prepare()
    Event.objects.all().delete()
    before = rows()

    with transaction.atomic():
        case.doors[door](thing)
        assert recorded()
        transaction.set_rollback(True)

    assert not recorded()
    assert rows() == before


@pytest.mark.parametrize(
    ("case", "door"),
    [
        pytest.param(case, door, id=f"{case.name} ({door})")
        for case in CASES
        for door in case.doors
        if door != "workflow"  # the call that starts it records an event too
    ],
)
def test_what_fails_after_its_events_were_written_leaves_neither(case: Case, door: str) -> None:
    thing = case.prepare()
    Event.objects.all().delete()
    before = rows()

    with crash_after_recording(), pytest.raises(Crash), transaction.atomic():
        case.doors[door](thing)

    assert not recorded()
    assert rows() == before


def test_every_tracked_model_has_a_case() -> None:
    covered = {kind for case in CASES for kind, _name, _key in case.events}
    consequences = {Kind.REFERRAL_VALIDATED, Kind.API_CALLED, *BY_CLOCK}
    read = {Kind.MESSAGE_OPENED, Kind.MESSAGE_CLICKED}  # tests/actions/tracking

    assert covered | consequences | read == set(Kind)
