"""What must hold of deliveries."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from actions.models import Delivery, InHand
from actions.models.delivery import ENDED, Status
from crm import clock
from crm.models import Newsletter
from crm.reconciliation import promise

#: how long a delivery may be late before it counts as overdue
PATIENCE = timedelta(seconds=60)
#: newsletters are looked at that began in this time: later, deliveries may be deleted by age
RECENT = timedelta(days=30)


@promise
def no_delivery_is_overdue() -> Iterator[str]:
    """Every planned delivery leaves soon after it is due."""
    for delivery in Delivery.objects.filter(status=Status.PLANNED, due_at__lt=clock.now() - PATIENCE)[:50]:
        yield f"delivery {delivery.pk} was due at {delivery.due_at:%Y-%m-%d %H:%M:%S}"


@promise
def no_lease_outlives_its_worker() -> Iterator[str]:
    """Nothing that was taken or is being sent lies around."""
    late = Delivery.objects.filter(status__in=[Status.LEASED, Status.SENDING], leased_until__lt=clock.now() - PATIENCE)
    for delivery in late[:50]:
        yield f"delivery {delivery.pk} is {delivery.status} since its lease ended at {delivery.leased_until}"


@promise
def ended_deliveries_have_an_end() -> Iterator[str]:
    """A delivery has a time of its end exactly when it has ended."""
    wrong = Delivery.objects.filter(status__in=ENDED, ended_at__isnull=True) | Delivery.objects.exclude(
        status__in=ENDED
    ).filter(ended_at__isnull=False)
    for delivery in wrong[:50]:
        yield f"delivery {delivery.pk} is {delivery.status}, ended at {delivery.ended_at}"


@promise
def nothing_is_left_in_hand() -> Iterator[str]:
    """No batch of a dead worker lies around."""
    for hand in InHand.objects.filter(since__lt=clock.now() - PATIENCE):
        yield f"a batch of {len(hand.ids)} in {hand.queue} was left at {hand.since:%Y-%m-%d %H:%M:%S}"


@promise
def newsletters_have_the_deliveries_they_planned() -> Iterator[str]:
    """A newsletter has as many deliveries as it planned, and none under way when it is sent."""
    mine = Delivery.objects.filter(newsletter_id=OuterRef("pk")).order_by().values("newsletter_id")
    number_of = mine.annotate(number=Count("pk")).values("number")
    latest = Newsletter.objects.filter(began_at__gt=clock.now() - RECENT).annotate(
        number=Coalesce(Subquery(number_of), 0), left=Coalesce(Subquery(number_of.exclude(status__in=ENDED)), 0)
    )
    for pk, name, status, planned, number, left in latest.values_list(
        "pk", "name", "status", "planned", "number", "left"
    ):
        if number != planned:
            yield f"newsletter {pk} “{name}” planned {planned} and has {number} deliveries"
        if status == Newsletter.Status.SENT and left:
            yield f"newsletter {pk} “{name}” is sent with {left} deliveries under way"
