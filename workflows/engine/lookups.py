"""The questions that admission asks of the database, each for a whole batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Count

from crm import db
from crm.models import Ownership
from workflows.engine.live import Compiled, LiveWorkflow, compiled_versions
from workflows.models import Entry, Run
from workflows.models.run import LIVE

Pair = tuple[int, int]  # profile, workflow


def live_runs(pairs: Collection[Pair], live_keys: Collection[str]) -> list[Run]:
    """Return the runs under way of (profile, workflow) pairs, and those that hold one of the keys; the oldest first.

    Two queries at most; some runs of other pairs of the same profiles and workflows may be among them.
    """
    found: dict[int, Run] = {}
    if pairs:
        profiles, workflows = ({pair[at] for pair in pairs} for at in (0, 1))
        rows = Run.objects.filter(profile_id__any_of=profiles, workflow_id__any_of=workflows, status__in=LIVE)
        found.update((run.pk, run) for run in rows)
    for some in db.batches(live_keys):
        rows = Run.objects.filter(live_key__in=some, status__in=LIVE)
        found.update((run.pk, run) for run in rows if run.pk not in found)
    return [found[pk] for pk in sorted(found)]


def keys_of_runs(wanted: Collection[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    """Return which of (profile, workflow, key) some run has or had."""
    profiles, workflows, keys = ({each[at] for each in wanted} for at in (0, 1, 2))
    found: set[tuple[int, int, str]] = set()
    for some in db.batches(keys):
        rows = Run.objects.filter(profile_id__any_of=profiles, workflow_id__any_of=workflows, key__in=some)
        found.update(rows.values_list("profile_id", "workflow_id", "key"))
    return found


def count_starts(workflow: LiveWorkflow, profiles: Sequence[int], now: datetime) -> dict[int, int]:
    """Return how often the workflow started for each profile within its period (W7)."""
    starts = Entry.objects.filter(workflow_id=workflow.id, profile_id__any_of=profiles, outcome=Entry.Outcome.STARTED)
    every = workflow.version.definition.settings.limit.every
    if every is not None:
        starts = starts.filter(recorded_at__gt=now - every)
    return dict(starts.values_list("profile_id").annotate(n=Count("id")))


def owned_products(profiles: Sequence[int], references: Iterable[str]) -> dict[int, set[tuple[str, str]]]:
    """Return (product reference, order reference) of active ownership for each profile."""
    owned: dict[int, set[tuple[str, str]]] = defaultdict(set)
    rows = Ownership.objects.filter(
        profile_id__any_of=profiles, product__reference__in=list(references), ended_at__isnull=True
    )
    for profile, product, order in rows.values_list("profile_id", "product__reference", "order__reference"):
        owned[profile].add((product, order))
    return owned


def version_of(run: Run, workflow: LiveWorkflow) -> Compiled:
    """Return the version that the run keeps, which may be older than the live one."""
    if run.version_id == workflow.version.id:
        return workflow.version
    return compiled_versions([run.version_id])[run.version_id]
