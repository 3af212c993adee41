"""Runs that wait for an event (K3).

The ledger decides: when the wait of a run is over, it is asked for the first event that the block wants, recorded after
the run came to it and no later than `due_at`. Dispatch only ends a wait early, by moving `due_at` to such an event. So
nothing depends on who comes first, on a bell, or on whether an event was handled before the time was over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Exists, Max, OuterRef, QuerySet

from crm.cause import Origin
from crm.conditions.base import EventView
from triggers.models import Event
from workflows.control.base import Control, Waiting, control_types
from workflows.definition import ControlStep
from workflows.engine.live import Compiled, compiled_versions
from workflows.engine.views import views_of
from workflows.models import Run, Version
from workflows.models.run import LIVE


def awaited_kinds(versions: Iterable[Compiled] = ()) -> frozenset[str]:
    """Return the kinds of events that runs wait for, and those that runs of `versions` may; one indexed query."""
    listening = Run.objects.filter(version_id=OuterRef("pk"), status__in=LIVE, phase="listening")
    ids = list(Version.objects.filter(Exists(listening), listens=True).values_list("pk", flat=True))
    found = compiled_versions(ids) if ids else {}
    return frozenset[str]().union(*(found[pk].hears for pk in ids), *(version.hears for version in versions))


def listening_runs(profile_ids: Collection[int], known: Mapping[int, Run]) -> dict[int, list[Run]]:
    """Return the runs of profiles that wait for an event, by profile; `known` are rows that are in hand already."""
    found: dict[int, list[Run]] = defaultdict(list)
    if profile_ids:
        rows = Run.objects.filter(profile_id__any_of=profile_ids, status__in=LIVE, phase="listening")
        for run in rows.order_by("pk"):
            found[run.profile_id].append(known.get(run.pk, run))
        compiled_versions(list({run.version_id for runs in found.values() for run in runs}))
    return found


def ends_wait(event: EventView, run: Run) -> bool:
    """Tell whether an event is what a run waits for, recorded while it waits; what was imported never is."""
    assert event.recorded_at is not None
    is_in_time = run.due_at is not None and event.recorded_at <= run.due_at
    if run.listens_from is None or event.id <= run.listens_from or not is_in_time or event.origin == Origin.IMPORT:
        return False
    step = compiled_versions([run.version_id])[run.version_id].definition.step(run.position)
    if not isinstance(step, ControlStep):
        return False
    control = _control(step)
    return event.kind in control.hears() and control.wants(event, Waiting(run.pk, run.key))


def last_events(profile_ids: Collection[int]) -> dict[int, int]:
    """Return the id of the last event of each profile; the caller holds their locks, so that none comes between."""
    rows = Event.objects.filter(profile_id__any_of=profile_ids).order_by()
    return dict(rows.values_list("profile_id").annotate(last=Max("id")))


def recall(waits: Sequence[tuple[Run, ControlStep]]) -> dict[int, EventView | None]:
    """Return for each run the first event that ended its wait, None where the time was over first; one query."""
    found: dict[int, EventView | None] = {run.pk: None for run, _step in waits}
    of_profile: dict[int, list[Run]] = defaultdict(list)
    for run, _step in waits:
        of_profile[run.profile_id].append(run)
    kinds = frozenset[str]().union(*(_control(step).hears() for _run, step in waits))
    for event in views_of(_since(waits, kinds)):
        for run in of_profile[event.profile_id]:
            if found[run.pk] is None and ends_wait(event, run):
                found[run.pk] = event
    return found


def heard_by(runs: Sequence[Run]) -> set[int]:
    """Return the ids of those runs at a wait that an event has ended, whether or not it was noticed; one query."""
    versions = compiled_versions([run.version_id for run in runs])
    steps = [(run, versions[run.version_id].definition.step(run.position)) for run in runs]
    waits = [(run, step) for run, step in steps if isinstance(step, ControlStep)]
    return {pk for pk, event in recall(waits).items() if event is not None} if waits else set()


def _since(waits: Sequence[tuple[Run, ControlStep]], kinds: frozenset[str]) -> "QuerySet[Event]":
    awake = [run for run, _step in waits if run.listens_from is not None]
    first = min((run.listens_from or 0 for run in awake), default=0)
    profiles = {run.profile_id for run in awake}
    return Event.objects.filter(profile_id__any_of=profiles, id__gt=first, kind__in=kinds).order_by("id")


def _control(step: ControlStep) -> Control:
    return control_types[step.kind](step.config)
