"""What workflows listen to: the ledger (ring the engine) and deliveries (their runs go on)."""

from collections.abc import Sequence
from typing import Any

from actions.bells import ring
from actions.models import Delivery
from actions.models.delivery import ENDED
from actions.signals import deliveries_ended
from crm import clock, db
from triggers.models import Event
from triggers.signals import events_recorded
from workflows.models import Run
from workflows.models.run import Status


def connect() -> None:
    """Connect the receivers, once."""
    events_recorded.connect(ring_engine, dispatch_uid="workflows.ring_engine")
    deliveries_ended.connect(resume_runs, dispatch_uid="workflows.resume_runs")


def ring_engine(events: Sequence[Event], **_kwargs: Any) -> None:
    """Ring when the change and its events are committed, unless nobody listens to any of them."""
    if any(event.handled_at is None for event in events):
        ring("engine")


def resume_runs(deliveries: Sequence[Delivery], **_kwargs: Any) -> None:
    """Make runs due whose step has no delivery left that is under way.

    The runs are locked first, so that of two workers that end two deliveries of a step the second sees the first.
    """
    steps = {(delivery.run_id, delivery.step_id) for delivery in deliveries if delivery.run_id is not None}
    if not steps:
        return
    waiting = Run.objects.filter(
        pk__in=sorted({run for run, _ in steps}), status=Status.WAITING, phase="sending", due_at__isnull=True
    ).order_by("pk")
    runs = [run for run in db.locked(waiting.only("pk", "position")) if (run.pk, run.position) in steps]
    resume([run.pk for run in runs])


def resume(run_ids: Sequence[int]) -> int:
    """Make those of the runs due whose deliveries at their position have all ended; the caller holds their lock."""
    under_way = set(
        Delivery.objects.filter(run_id__in=run_ids).exclude(status__in=ENDED).values_list("run_id", flat=True)
    )
    ready = [pk for pk in run_ids if pk not in under_way]
    if ready:
        Run.objects.filter(pk__in=ready, phase="sending").update(due_at=clock.now())
        ring("engine")
    return len(ready)
