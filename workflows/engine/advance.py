"""Advance: runs that are due walk on until they rest or end; one transaction for a batch."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from actions.base import StepContext
from actions.in_hand import Stage, work_batch
from crm import clock, db, faults
from crm.bare import bare_row
from crm.cause import Cause, Origin
from crm.conditions.ask import Subject
from triggers.services import only_heard
from workflows.engine import endings
from workflows.engine.counters import Counts
from workflows.engine.dispatch import lock_free
from workflows.engine.listening import awaited_kinds
from workflows.engine.live import compiled_versions, listeners_by_kind
from workflows.engine.requests import End, Rest, State
from workflows.engine.rounds import Walker, go
from workflows.engine.settings import BATCH
from workflows.engine.views import read_events
from workflows.engine.walk import walk
from workflows.models import Journal, Run, Workflow
from workflows.models.run import Status
from workflows.models.workflow import Status as WorkflowStatus

_COLUMNS = (
    "status",
    "position",
    "phase",
    "due_at",
    "listens_from",
    "data",
    "actions_done",
    "reason",
    "error",
    "ended_at",
    "live_key",
)


def advance(limit: int = BATCH) -> int:
    """Let one batch of due runs go on; return how many did."""
    return work_batch(_stage, limit)


class _Runs(Stage):
    """Runs that are due, taken in hand by profile."""

    name = "runs"

    def candidates(self, excluded: Sequence[int], limit: int) -> list[int]:
        """Return the profiles of the runs that are due longest."""
        due = Run.objects.filter(status=Status.WAITING, due_at__lte=clock.now())
        if excluded:
            due = due.exclude(profile_id__any_of=excluded)
        return list(dict.fromkeys(due.order_by("due_at", "id").values_list("profile_id", flat=True)[:limit]))

    def are_free(self, ids: Sequence[int]) -> bool:
        """Lock profiles, and tell whether nobody else held one of them."""
        return len(lock_free(ids)) == len(ids)

    def rows(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Return the due runs of profiles, the longest due first."""
        return list(_due(ids).order_by("due_at", "id").values_list("profile_id", "pk"))

    def work(self, ids: Sequence[int], *, row: int | None = None) -> int:
        """Advance the due runs of profiles that nobody else holds."""
        zones = dict(lock_free(ids))
        runs = _due(list(zones))
        return _advance(list(runs if row is None else runs.filter(pk=row)), zones)

    def park(self, row: int, error: str) -> None:
        """End a run as failed with its error."""
        run = db.locked(Run.objects.filter(pk=row, status=Status.WAITING)).first()
        if run is not None:
            endings.end(run, Status.FAILED, reason="parked", error=error)
            endings.write_ends([run])
            counts = Counts()
            counts.ended([run])
            counts.write()


_stage = _Runs()


def _due(profile_ids: Sequence[int]) -> "QuerySet[Run]":
    return Run.objects.filter(profile_id__any_of=profile_ids, status=Status.WAITING, due_at__lte=clock.now())


def _advance(runs: Sequence[Run], zones: Mapping[int, str]) -> int:
    """Let runs go on; `zones` are those of their profiles, by id."""
    if not runs:
        return 0
    faults.point("runs.touched", (run.pk for run in runs))
    paused = set(Workflow.objects.filter(status=WorkflowStatus.PAUSED).values_list("pk", flat=True))
    held = [run for run in runs if run.workflow_id in paused]
    for run in held:
        run.status = Status.HELD
    db.update_rows(held, ["status"])
    walkers = _walkers([run for run in runs if run.workflow_id not in paused], zones)
    kinds = listeners_by_kind().keys() | awaited_kinds(walker.version for walker in walkers)
    with only_heard(kinds):
        go(walkers)
    _write(walkers)
    return len(runs)


def _walkers(runs: Sequence[Run], zones: Mapping[int, str]) -> list[Walker]:
    now = clock.now()
    versions = compiled_versions([run.version_id for run in runs])
    events = {event.id: event for event in read_events({run.latest_id for run in runs})}
    walkers = []
    for run in runs:
        version, event = versions[run.version_id], events[run.latest_id]
        state = State(
            position=run.position,
            phase=run.phase,
            data={**event.snapshot, **run.data},
            zone=zones[run.profile_id],
            listens_from=run.listens_from,
            actions_done=run.actions_done,
            first_reason=run.reason,
        )
        context = StepContext(
            run_id=run.pk,
            workflow_id=run.workflow_id,
            step_id="",
            profile_id=run.profile_id,
            event=event,
            data=state.data,
            cause=Cause(Origin.WORKFLOW, "", run.workflow_id, run.pk, "", run.depth + 1),
            now=now,
            scope=version.scope,
            rules=version.definition.settings.message_rules,
        )
        subject = Subject(run.profile_id, event)
        walkers.append(Walker(run, version, state, walk(version.definition, state, context), subject))
    return walkers


def _write(walkers: Sequence[Walker]) -> None:
    """Write where each run rests or how it ended, and what it did on the way."""
    now = clock.now()
    ended: list[Run] = []
    for walker in walkers:
        run, state, rests = walker.run, walker.state, walker.rests
        run.position, run.phase, run.actions_done = state.position, state.phase, state.actions_done
        run.listens_from = state.listens_from
        if isinstance(rests, Rest):
            run.due_at, run.reason = rests.until, state.first_reason
        elif isinstance(rests, End):
            endings.end(run, Status(rests.status), reason=rests.reason, error=rests.error)
            ended.append(run)
        snapshot = walker.subject.event.snapshot
        run.data = {name: value for name, value in state.data.items() if snapshot.get(name) is not value}
    db.update_rows([walker.run for walker in walkers], _COLUMNS)
    db.insert_rows(
        [
            bare_row(Journal, run_id=walker.run.pk, step_id=line.step_id, outcome=line.outcome, saw=line.saw, at=now)
            for walker in walkers
            for line in walker.state.lines
        ]
    )
    counts = Counts()
    counts.ended(ended)
    counts.write()
