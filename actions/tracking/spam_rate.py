"""The breaker of newsletters: too many complaints among the messages of the last days, and nothing more leaves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from actions import reasons
from actions.bells import ring
from actions.guards import Guard, Verdict, guards
from actions.models import Delivery, SpamAlarm, Track
from actions.models.delivery import Channel, Status
from crm import clock, db
from crm.errors import Invalid, Refused
from crm.models import User

#: large mailbox providers ask for less than 0.1 %, and never 0.3 %
MOST_PER_THOUSAND = 3
WITHIN = timedelta(days=7)
#: among fewer messages one person alone would be too many: then it takes several
FEW_MESSAGES, FEW_COMPLAINTS = 100, 3


def mailing_is_broken() -> bool:
    """Tell whether newsletters stand still because of complaints, until somebody lifts the alarm."""
    return SpamAlarm.objects.filter(is_open=True).exists()


def check_spam_rate() -> SpamAlarm | None:
    """Raise the alarm when the complaints since the last alarm, of the last days at most, are too many."""
    now = clock.now()
    with transaction.atomic():
        db.alone("spam rate")
        if mailing_is_broken():
            return None
        lifted = SpamAlarm.objects.order_by("-lifted_at").values_list("lifted_at", flat=True).first()
        since = max(now - WITHIN, lifted) if lifted else now - WITHIN
        complaints = Track.objects.filter(kind=Track.Kind.COMPLAINT, is_first=True, recorded_at__gt=since).count()
        if not complaints:
            return None
        sent = _sent_since(since, most=complaints * 1000 // MOST_PER_THOUSAND + 1)
        if complaints * 1000 < sent * MOST_PER_THOUSAND or (sent < FEW_MESSAGES and complaints < FEW_COMPLAINTS):
            return None
        return SpamAlarm.objects.create(raised_at=now, complaints=complaints, sent=sent)


def lift_alarm(alarm: SpamAlarm, *, user: User | None, reason: str) -> int:
    """Let newsletters leave again, with a reason; returns how many messages were held. Raises Invalid, Refused."""
    reason = reason.strip()
    if not reason or len(reason) > 500:
        raise Invalid(_("Say why newsletters may leave again, in at most 500 characters."), field="reason")
    now = clock.now()
    with transaction.atomic():
        open_one = SpamAlarm.objects.filter(pk=alarm.pk, is_open=True)
        if not open_one.update(is_open=False, lifted_at=now, lifted_by=user, reason=reason):
            raise Refused(_("The alarm was lifted already."))
        held = Delivery.objects.filter(status=Status.HELD, newsletter_id__isnull=False, reason=reasons.SPAM_RATE)
        released = held.update(status=Status.PLANNED, reason="", due_at=now)
        ring("mail")
    return released


@guards.register
class NoSpam(Guard):
    """No newsletter leaves while the alarm stands; what was about to is held, and leaves when it is lifted."""

    kind = "spam_rate"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Look at the alarm once, if there is a newsletter among them."""
        newsletters = [delivery.pk for delivery in deliveries if delivery.newsletter_id is not None]
        if not newsletters or not mailing_is_broken():
            return {}
        return {pk: Verdict(reasons.SPAM_RATE, is_hold=True) for pk in newsletters}


def _sent_since(since: object, *, most: int) -> int:
    """Count the e-mails that left, those that Brevo sent for us among them, no further than is needed."""
    is_mail = Q(channel=Channel.EMAIL) | Q(channel=Channel.BREVO, rules__purpose__in=["marketing", "service"])
    rows = Delivery.objects.filter(is_mail, ended_at__gt=since, status=Status.SENT)
    return rows.order_by()[:most].count()
