"""What must hold of workflows, entries and runs."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q

from actions.models import Delivery
from actions.models.delivery import ENDED
from crm import clock
from crm.cause import Origin
from crm.reconciliation import promise
from crm.retention import horizon_of
from triggers.models import Event
from workflows.engine.live import LiveWorkflow, live_workflows
from workflows.engine.views import event_view
from workflows.models import Entry, Journal, Run, Workflow
from workflows.models.run import LIVE, Status

#: how long a run may be due before it counts as overdue
PATIENCE = timedelta(seconds=60)


@promise
def counters_equal_the_runs() -> Iterator[str]:
    """A workflow's counters are the numbers of its runs."""
    for workflow in Workflow.objects.all():
        states = Counter(
            dict(Run.objects.filter(workflow=workflow).values_list("status").annotate(n=Count("id")).order_by())
        )
        counted = {
            "total": states.total(),
            "under_way": sum(states[status] for status in LIVE),
            "succeeded": states[Status.DONE],
            "stopped": states[Status.STOPPED],
            "failed": states[Status.FAILED],
        }
        for name, number in counted.items():
            if getattr(workflow, name) != number:
                yield f"workflow {workflow.pk} ({workflow}): {name} says {getattr(workflow, name)}, there are {number}"


@promise
def runs_and_entries_agree() -> Iterator[str]:
    """Every run was started by exactly one entry, and every entry that started has its run."""
    starts = Count("entries", filter=Q(entries__outcome=Entry.Outcome.STARTED))
    for run in Run.objects.annotate(n=starts).exclude(n=1)[:50]:
        yield f"run {run.pk} of workflow {run.workflow_id} was started by {run.n} entries"
    for entry in Entry.objects.filter(outcome=Entry.Outcome.STARTED, run__isnull=True)[:50]:
        yield f"entry {entry.pk} started no run"


@promise
def every_event_has_its_entries() -> Iterator[str]:
    """Every handled event that a workflow was listening to has its entry there, as far back as refusals are kept."""
    kept_since = horizon_of("refusals")
    for workflow in live_workflows():
        kinds = {kind for trigger in workflow.version.triggers for kind in trigger.reads}
        entered = Exists(Entry.objects.filter(workflow_id=workflow.id, event=OuterRef("pk")))
        missing = Event.objects.filter(
            ~entered,
            kind__in=kinds,
            handled_at__isnull=False,
            recorded_at__gte=max(workflow.active_since, kept_since),
            error="",
        ).exclude(origin=Origin.IMPORT)
        for event in missing.order_by("id").iterator(chunk_size=2000):
            if _is_occurrence(event, workflow):
                yield f"event {event.pk} ({event.kind}) has no entry at workflow {workflow.id} ({workflow.name})"


def _is_occurrence(event: Event, workflow: LiveWorkflow) -> bool:
    view = event_view(event)
    return any(
        event.kind in trigger.reads and trigger.matches(view, workflow_id=workflow.id)
        for trigger in workflow.version.triggers
    )


@promise
def no_run_is_overdue() -> Iterator[str]:
    """Every run goes on soon after it is due."""
    for run in Run.objects.filter(status=Status.WAITING, due_at__lt=clock.now() - PATIENCE)[:50]:
        yield f"run {run.pk} was due at {run.due_at:%Y-%m-%d %H:%M:%S}"


@promise
def no_run_is_parked() -> Iterator[str]:
    """No run was ended by a bug or by a row that kills workers."""
    for run in Run.objects.filter(status=Status.FAILED, reason="parked")[:50]:
        yield f"run {run.pk} is parked: {run.error}"


@promise
def no_run_is_forgotten() -> Iterator[str]:
    """A run that waits for deliveries has one under way."""
    under_way = Delivery.objects.filter(run_id=OuterRef("pk"), step_id=OuterRef("position")).exclude(status__in=ENDED)
    waiting = Run.objects.filter(~Exists(under_way), status=Status.WAITING, phase="sending", due_at__isnull=True)
    for run in waiting[:50]:
        yield f"run {run.pk} waits for deliveries that have all ended"


@promise
def ended_runs_hold_no_key() -> Iterator[str]:
    """Only a run under way holds its key; an ended one has a time of its end."""
    wrong = Run.objects.exclude(status__in=LIVE).filter(
        Q(live_key__isnull=False) | Q(ended_at__isnull=True) | Q(due_at__isnull=False)
    )
    for run in wrong[:50]:
        yield f"run {run.pk} is {run.status} with key {run.live_key}, ended at {run.ended_at}, due at {run.due_at}"


@promise
def no_step_is_done_twice() -> Iterator[str]:
    """A step of a run was done at most once."""
    twice = Journal.objects.filter(outcome="done").values("run_id", "step_id").annotate(n=Count("id")).filter(n__gt=1)
    for row in twice[:50]:
        yield f"step {row['step_id']} of run {row['run_id']} was done {row['n']} times"
