"""What the scheduler looks for: work that is due and runs that were forgotten."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from actions.models import Delivery
from actions.models.delivery import ENDED
from crm import clock, db
from triggers.models import Event
from workflows.models import Run
from workflows.models.run import Status
from workflows.receivers import resume


def has_work() -> bool:
    """Tell whether an event is not handled or a run is due."""
    return (
        Event.objects.filter(handled_at__isnull=True).exists()
        or Run.objects.filter(status=Status.WAITING, due_at__lte=clock.now()).exists()
    )


def resume_forgotten(limit: int = 500) -> int:
    """Make runs due that wait for deliveries of which none is under way; return how many."""
    under_way = Delivery.objects.filter(run_id=OuterRef("pk"), step_id=OuterRef("position")).exclude(status__in=ENDED)
    waiting = Run.objects.filter(
        ~Exists(under_way), status=Status.WAITING, phase="sending", due_at__isnull=True
    ).order_by("pk")
    with transaction.atomic():
        return resume([run.pk for run in db.locked(waiting.only("pk"), skip=True)[:limit]])
