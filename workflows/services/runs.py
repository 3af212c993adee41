"""Stopping runs from outside: by the API, by hand, or because their workflow is switched off."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from crm import db
from crm.models import Profile
from crm.tracked import lock_profiles
from triggers.models import Kind
from workflows.engine import endings
from workflows.engine.counters import Counts
from workflows.models import Run, Workflow
from workflows.models.run import LIVE, Status

#: the identifier of T1, under which carts are pushed
CART_IDENTIFIER = "abandoned_cart"
#: runs stopped in one transaction
BATCH = 500


def stop_runs(identifier: str, *, key: str = "", profile: Profile | None = None, reason: str = "stopped_by_api") -> int:
    """Stop the live runs that calls with an identifier started, by the call's key and/or profile; return how many."""
    if identifier == CART_IDENTIFIER:
        runs = Run.objects.filter(event__kind=Kind.CART_PUSHED)
    else:
        runs = Run.objects.filter(event__kind=Kind.API_CALLED, event__name=identifier)
    if key:
        runs = runs.filter(key=key)
    if profile is not None:
        runs = runs.filter(profile=profile)
    return stop_all(runs, reason=reason)


def stop_run(run: Run, *, reason: str = "by_hand") -> bool:
    """Stop one run; false when it had ended already."""
    return bool(stop_all(Run.objects.filter(pk=run.pk), reason=reason))


def stop_all(runs: "QuerySet[Run]", *, reason: str) -> int:
    """Stop those of the runs that live, in batches of a transaction each; return how many."""
    live = runs.filter(status__in=LIVE).order_by().values_list("id", flat=True)
    stopped = 0
    while ids := list(live[:BATCH]):
        stopped += _stop_batch(ids, reason)
    return stopped


def live_runs_of(workflow: Workflow) -> "QuerySet[Run]":
    """Return the runs under way of a workflow."""
    return Run.objects.filter(workflow=workflow, status__in=LIVE)


def _stop_batch(ids: Sequence[int], reason: str) -> int:
    with transaction.atomic():
        rows = Run.objects.filter(pk__any_of=ids)
        lock_profiles(rows.values_list("profile_id", flat=True))
        live = list(db.locked(rows.filter(status__in=LIVE).order_by("pk")))
        for run in live:
            endings.end(run, Status.STOPPED, reason=reason)
        endings.write_ends(live)
        counts = Counts()
        counts.ended(live)
        counts.write()
        return len(live)
