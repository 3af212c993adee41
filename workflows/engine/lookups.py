"""The questions that admission asks of the database, each for a whole batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count

from crm.models import Ownership
from triggers.base import Trigger
from workflows.engine.live import Compiled, LiveWorkflow, compiled_versions
from workflows.models import Entry, Run
from workflows.models.run import LIVE


def may_be_keyed(workflow: LiveWorkflow) -> bool:
    """Tell whether a trigger of the workflow gives its runs keys."""
    return any(type(trigger).run_key is not Trigger.run_key for trigger in workflow.version.triggers)


def needs_live_runs(workflow: LiveWorkflow) -> bool:
    """Tell whether deciding needs the runs under way: keyed runs, runs that an event ends, W7 "one at a time"."""
    ends = any(trigger.ended_by for trigger in workflow.version.triggers)
    return ends or may_be_keyed(workflow) or workflow.version.definition.settings.limit.alone


def live_runs(profiles: Sequence[int], workflows: Sequence[int]) -> Iterable[Run]:
    """Return the runs under way of profiles in workflows, the oldest first."""
    return Run.objects.filter(profile_id__in=profiles, workflow_id__in=workflows, status__in=LIVE).order_by("id")


def keys_of_runs(profiles: Sequence[int], workflows: Sequence[int]) -> set[tuple[int, int, str]]:
    """Return (profile, workflow, key) of all keyed runs there ever were."""
    rows = Run.objects.filter(profile_id__in=profiles, workflow_id__in=workflows).exclude(key="")
    return set(rows.values_list("profile_id", "workflow_id", "key"))


def count_starts(workflow: LiveWorkflow, profiles: Sequence[int], now: datetime) -> dict[int, int]:
    """Return how often the workflow started for each profile within its period (W7)."""
    starts = Entry.objects.filter(workflow_id=workflow.id, profile_id__in=profiles, outcome=Entry.Outcome.STARTED)
    every = workflow.version.definition.settings.limit.every
    if every is not None:
        starts = starts.filter(recorded_at__gt=now - every)
    return dict(starts.values_list("profile_id").annotate(n=Count("id")))


def owned_products(profiles: Sequence[int], references: Iterable[str]) -> dict[int, set[tuple[str, str]]]:
    """Return (product reference, order reference) of active ownership for each profile."""
    owned: dict[int, set[tuple[str, str]]] = defaultdict(set)
    rows = Ownership.objects.filter(
        profile_id__in=profiles, product__reference__in=list(references), ended_at__isnull=True
    )
    for profile, product, order in rows.values_list("profile_id", "product__reference", "order__reference"):
        owned[profile].add((product, order))
    return owned


def version_of(run: Run, workflow: LiveWorkflow) -> Compiled:
    """Return the version that the run keeps, which may be older than the live one."""
    if run.version_id == workflow.version.id:
        return workflow.version
    return compiled_versions([run.version_id])[run.version_id]
