"""Dispatch: events not yet handled → entries, and runs started, updated or stopped; one transaction for a batch."""

from collections.abc import Sequence, Set
from datetime import datetime

from actions.in_hand import Stage, work_batch
from crm import clock, db, faults
from crm.conditions.base import EventView
from crm.models import Profile
from triggers.base import may_start
from triggers.models import BY_CLOCK, Event, EventQuerySet
from workflows.engine import endings, lookups
from workflows.engine.admission import Admission
from workflows.engine.counters import Counts
from workflows.engine.known import Met
from workflows.engine.listening import awaited_kinds
from workflows.engine.live import LiveWorkflow, listeners_by_kind
from workflows.engine.settings import BATCH
from workflows.engine.views import read_events
from workflows.models import Entry

Outcome = Entry.Outcome


def dispatch(limit: int = BATCH) -> int:
    """Handle one batch of events; return how many were handled."""
    return work_batch(_stage, limit)


class _Events(Stage):
    """Events not yet handled, taken in hand by profile."""

    name = "events"

    def candidates(self, excluded: Sequence[int], limit: int) -> list[int]:
        """Return the profiles of the oldest events."""
        events = Event.objects.unhandled()
        if excluded:
            events = events.exclude(profile_id__any_of=excluded)
        return list(dict.fromkeys(events.values_list("profile_id", flat=True)[:limit]))

    def are_free(self, ids: Sequence[int]) -> bool:
        """Lock profiles, and tell whether nobody else held one of them."""
        return len(lock_free(ids)) == len(ids)

    def rows(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Return the events of profiles in id order."""
        return list(_unhandled(ids).values_list("profile_id", "pk"))

    def work(self, ids: Sequence[int], *, row: int | None = None) -> int:
        """Handle the events of profiles that nobody else holds."""
        free = [pk for pk, _zone in lock_free(ids)]
        events = list(_unhandled(free).values_list("pk", "kind", "profile__erased_at")[: BATCH * 2])
        return _handle([event for event in events if row is None or event[0] == row])

    def park(self, row: int, error: str) -> None:
        """Mark an event as handled with its error; it starts nothing."""
        Event.objects.filter(pk=row, handled_at__isnull=True).update(handled_at=clock.now(), error=error)


_stage = _Events()


def lock_free(ids: Sequence[int]) -> list[tuple[int, str]]:
    """Lock those of the profiles that no other transaction holds, and return each with its time zone."""
    profiles = Profile.objects.filter(pk__any_of=ids).order_by("pk")
    return list(db.locked(profiles, skip=True).values_list("pk", "time_zone"))


def _unhandled(profile_ids: Sequence[int]) -> EventQuerySet:
    return Event.objects.unhandled().filter(profile_id__any_of=profile_ids)


def _handle(events: Sequence[tuple[int, str, datetime | None]]) -> int:
    """Handle events (id, kind, when their profile was erased) in id order; only those heard are read whole."""
    if not events:
        return 0
    listeners, awaited = listeners_by_kind(), awaited_kinds()
    heard = read_events([pk for pk, kind, _erased_at in events if kind in listeners or kind in awaited])
    erased = {pk for pk, _kind, erased_at in events if erased_at is not None}
    faults.point("events.touched", (view.id for view in heard))
    met = [(view, listening(view, listeners)) for view in heard]
    met = [(view, found) for view, found in met if found or view.kind in awaited]
    counts = _enter(met, awaited, erased) if met else Counts()
    Event.objects.filter(pk__any_of=[event[0] for event in events]).update(handled_at=clock.now())
    counts.write()
    return len(events)


def listening(event: EventView, listeners: dict[str, list[LiveWorkflow]]) -> list[LiveWorkflow]:
    """Return the workflows that were live when the event was recorded (what came by the clock: when it was due)."""
    since = event.occurred_at if event.kind in BY_CLOCK else event.recorded_at
    assert since is not None
    return [workflow for workflow in listeners.get(event.kind, ()) if workflow.active_since <= since]


def _enter(met: Met, awaited: frozenset[str], erased: Set[int]) -> Counts:
    """Decide for each event at each workflow, and write what was decided; return what to add to the counters.

    Events in `erased` are of profiles that were erased since: they start nothing.
    """
    admission = Admission.of(met, awaited)
    admission.erased = erased
    entries: list[Entry] = []
    for event, workflows in met:
        for workflow in workflows:
            entry = _end(admission, event, workflow)
            if may_start(event):
                entry = admission.start(event, workflow) or entry
            if entry is not None:
                entries.append(entry)
        admission.wake(event)
    db.insert_rows(admission.started)
    db.insert_rows(entries)
    db.update_rows(admission.updated, ["latest", "phase", "due_at"])
    endings.write_ends(admission.stopped)
    counts = Counts()
    counts.started(admission.started)
    counts.ended(admission.stopped)
    return counts


def _end(admission: Admission, event: EventView, workflow: LiveWorkflow) -> Entry | None:
    """Stop the live runs that this event ends."""
    entry = None
    for run in admission.live_runs(event.profile_id, workflow.id):
        trigger = lookups.version_of(run, workflow).triggers[run.trigger]
        reason = trigger.end_reason(event, run.key) if event.kind in trigger.ended_by else ""
        if reason:
            admission.stop(run, reason)
            entry = admission.entry(event, workflow, Outcome.STOPPED, reason=reason, run=run)
    return entry
