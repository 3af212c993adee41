"""The sweep: takes over from dead workers, and rings for what is due and was not rung for."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from actions import reasons
from actions.bells import QUEUES, ring_now
from actions.models import Delivery, InHand
from actions.models.delivery import Status
from actions.sending.leases import CHANNELS, LEASED_FOR
from actions.sending.poison import forget_ended, suspect
from actions.sending.turns import RECORDED, REPEATABLE, state_ended
from crm import clock, db
from crm.periodic import periodic

AT_ONCE = 500


@periodic(every=2)
def sweep() -> None:
    """Take back what dead workers held and ring for what is due; two sweeps at once do no harm."""
    while take_back() == AT_ONCE:
        pass
    forget_ended()
    for queue in QUEUES:
        channels = CHANNELS.get(queue)
        if channels and Delivery.objects.due(clock.now()).filter(channel__in=channels).exists():
            ring_now(queue)


def take_back() -> int:
    """End or plan again rows whose lease has run out; returns how many.

    What was only leased is planned again. What was being sent may have left: it is *unknown*, but for channels whose
    other side ignores a repetition, which are planned again too; where it does so for a while only, the channel looks
    at `unsure_since`. A row over which workers died again and again, alone at last, is parked as failed.
    """
    expired = Q(status__in=[Status.LEASED, Status.SENDING], leased_until__lt=datetime.now(UTC))
    if not Delivery.objects.filter(expired).exists():
        return 0
    with transaction.atomic():
        rows = list(db.locked(Delivery.objects.filter(expired).order_by("pk"), skip=True)[:AT_ONCE])
        ids = [row.pk for row in rows]
        alone = InHand.objects.filter(queue__in=CHANNELS, deaths__gt=1, row_id__in=ids)
        poisonous = set(alone.values_list("row_id", flat=True))
        again = []
        for row in rows:
            was_sending = row.status == Status.SENDING
            may_repeat = not was_sending or row.channel in REPEATABLE
            if may_repeat and row.pk not in poisonous:
                row.status = Status.PLANNED
                row.attempts += was_sending
                if was_sending and row.leased_until is not None:
                    dead_for = datetime.now(UTC) - row.leased_until + LEASED_FOR
                    row.unsure_since = row.unsure_since or clock.now() - dead_for
                again.append(row)
            else:
                row.status = Status.FAILED if may_repeat else Status.UNKNOWN
                row.reason = reasons.POISON if may_repeat else reasons.WORKER_DIED
                row.ended_at, row.due_at = clock.now(), None
                row.attempts += was_sending
        suspect(again)
        for row in rows:
            row.lease = row.leased_until = None
        db.update_rows(rows, RECORDED)
        state_ended(rows)
    return len(rows)
