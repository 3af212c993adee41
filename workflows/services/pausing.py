"""Pausing holds what waits; resuming never floods: released at a rate, shifted by the pause, or stopped.

Rows are moved in batches; the sweep carries on with what is left. Until all is held, the engine and the guards look at
the workflow itself. A turn keeps two from moving the same rows; the workflow's own row is written last, since it holds
the counters that every batch of the engine ends with.
"""

from collections.abc import Sequence
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from actions.models import Delivery
from actions.models.delivery import Status as DeliveryStatus
from actions.signals import deliveries_ended
from crm import clock, db
from crm.errors import Refused
from crm.turns import each_alone
from workflows.models import Run, Workflow
from workflows.models.run import Status as RunStatus
from workflows.models.workflow import Status
from workflows.services.rescheduling import reschedule
from workflows.services.runs import BATCH as STOPPED_AT_ONCE
from workflows.services.runs import stop_all

How = Literal["release", "shift", "stop"]

#: rows moved in one transaction
BATCH = 1000


def pause(workflow: Workflow) -> None:
    """Stop starts and sends at once; what waits is held."""
    paused = Workflow.objects.filter(pk=workflow.pk, status=Status.ACTIVE, resuming__isnull=True).update(
        status=Status.PAUSED, paused_at=clock.now(), updated_at=clock.now()
    )
    if not paused:
        raise Refused(_("Only an active workflow that is not being resumed can be paused."))
    carry_on(workflow)
    workflow.refresh_from_db()


def resume(workflow: Workflow, *, how: How, per_minute: int | None = None) -> None:
    """Go on after a pause: release what was held at `per_minute`, shift it by the length of the pause, or stop it."""
    if how == "release" and not (per_minute and per_minute > 0):
        raise Refused(_("Say how many may go on in a minute."))
    with transaction.atomic():
        row = db.locked(Workflow.objects.filter(pk=workflow.pk)).get()
        if row.status != Status.PAUSED:
            raise Refused(_("This workflow is not paused."))
        Workflow.objects.filter(pk=row.pk).update(status=Status.ACTIVE, updated_at=clock.now())
        plan_resumption(row, how=how, per_minute=per_minute)
    carry_on(workflow)
    workflow.refresh_from_db()


def plan_resumption(workflow: Workflow, *, how: How, per_minute: int | None) -> None:
    """Write down how what is held goes on."""
    now, since = clock.now(), workflow.paused_at or clock.now()
    plan = {
        "how": how,
        "from": now.isoformat(),
        "seconds": (now - since).total_seconds(),
        "every": 60 / per_minute if per_minute else 0,
        "moved": 0,
    }
    Workflow.objects.filter(pk=workflow.pk).update(resuming=plan, paused_at=None)


def carry_on(workflow: Workflow, *, batches: int = 20) -> bool:
    """Move what a pause or a resumption has still to move, a few batches; true when nothing is left."""
    for _batch in range(batches):
        with transaction.atomic():
            db.alone(f"pause-{workflow.pk}")
            row = Workflow.objects.get(pk=workflow.pk)
            if row.status == Status.PAUSED:
                moved = _hold(row)
            elif row.resuming:
                moved = _go_on(row, row.resuming)
            else:
                return True
        if not moved:
            return True
    return False


def carry_on_all() -> None:
    """Carry on for each workflow that is paused or being resumed (sweep)."""
    _plan_for_forgotten()
    paused, resumed = Workflow.objects.filter(status=Status.PAUSED), Workflow.objects.exclude(resuming__isnull=True)
    each_alone([*paused, *resumed], carry_on)


def _plan_for_forgotten() -> None:
    """Let go what was held by a worker that had read of a pause just before it was over."""
    runs = Run.objects.filter(workflow_id=OuterRef("pk"), status=RunStatus.HELD)
    deliveries = Delivery.objects.filter(workflow_id=OuterRef("pk"), status=DeliveryStatus.HELD)
    forgotten = Workflow.objects.filter(Exists(runs) | Exists(deliveries), resuming__isnull=True).exclude(
        status=Status.PAUSED
    )
    if forgotten.exists():
        with transaction.atomic():
            for row in db.locked(forgotten.order_by("pk")):
                plan_resumption(row, how="shift", per_minute=None)


def _hold(workflow: Workflow) -> int:
    runs = Run.objects.filter(workflow=workflow, status=RunStatus.WAITING).exclude(phase="sending").order_by("pk")
    run_ids = [run.pk for run in db.locked(runs.only("pk"), skip=True)[:BATCH]]
    Run.objects.filter(pk__any_of=run_ids).update(status=RunStatus.HELD)
    deliveries = Delivery.objects.filter(workflow_id=workflow.pk, status=DeliveryStatus.PLANNED).order_by("pk")
    delivery_ids = [delivery.pk for delivery in db.locked(deliveries.only("pk"), skip=True)[:BATCH]]
    Delivery.objects.filter(pk__any_of=delivery_ids).update(status=DeliveryStatus.HELD)
    return len(run_ids) + len(delivery_ids)


def _go_on(workflow: Workflow, plan: dict[str, Any]) -> int:
    runs = Run.objects.filter(workflow=workflow, status=RunStatus.HELD).order_by("due_at", "pk")
    held = Delivery.objects.filter(workflow_id=workflow.pk, status=DeliveryStatus.HELD).order_by("due_at", "pk")
    deliveries = list(db.locked(held, skip=True)[:BATCH])
    moved = _stop(runs, deliveries) if plan["how"] == "stop" else _let_go(workflow, runs, deliveries, plan)
    if not moved and not runs.exists() and not held.exists():
        Workflow.objects.filter(pk=workflow.pk).update(resuming=None)
    return moved


def _stop(held: "QuerySet[Run]", deliveries: Sequence[Delivery]) -> int:
    """Stop runs that are held and those whose delivery is.

    At most one batch of `stop_all`: it locks profiles, then runs, then counters, and a second one in the same
    transaction would lock profiles after counters.
    """
    some = STOPPED_AT_ONCE // 2
    mine = deliveries[:some]
    ids = {*held.values_list("pk", flat=True)[:some], *(row.run_id for row in mine if row.run_id is not None)}
    stop_all(Run.objects.filter(pk__any_of=sorted(ids)), reason="paused")
    _skip(mine)
    return len(ids)


def _let_go(workflow: Workflow, held: "QuerySet[Run]", deliveries: Sequence[Delivery], plan: dict[str, Any]) -> int:
    """Give a batch its new times."""
    runs = list(db.locked(held, skip=True)[:BATCH])
    moved = len(runs) + len(deliveries)
    if moved:
        reschedule(runs, deliveries, plan)
        plan["moved"] += moved
        Workflow.objects.filter(pk=workflow.pk).update(resuming=plan)
    return moved


def _skip(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        delivery.status, delivery.reason, delivery.ended_at = DeliveryStatus.SKIPPED, "paused", clock.now()
    db.update_rows(deliveries, ["status", "reason", "ended_at"])
    if deliveries:
        deliveries_ended.send(sender=Delivery, deliveries=list(deliveries))
