"""How far newsletters are: prepared, sent, at what rate, until when, and why messages were skipped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from actions.models import Delivery
from actions.models.delivery import ENDED, Status
from actions.tracking.figures import Figures, figures_of_newsletters
from crm import clock
from crm.models import Newsletter

#: the rate is that of so long
LATELY = timedelta(minutes=1)
LIVE = (Newsletter.Status.PREPARING, Newsletter.Status.SENDING, Newsletter.Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a newsletter is; shares are in per cent."""

    figures: Figures
    prepared: int
    sent: int
    #: messages that ended in the last minute
    per_minute: int
    #: when the last would leave at that rate; None where nobody can tell
    ends_at: datetime | None
    #: why messages were skipped, most first
    skipped: list[tuple[str, int]]

    @classmethod
    def of(cls, newsletter: Newsletter) -> Self:
        """Count along the newsletter's index: as many queries for one message as for a million."""
        figures, now = figures_of_newsletters([newsletter])[newsletter.pk], clock.now()
        mine = Delivery.objects.filter(newsletter_id=newsletter.pk)
        lately = mine.filter(status__in=ENDED, ended_at__gt=now - LATELY).count()
        skipped = mine.filter(status=Status.SKIPPED).order_by().values_list("reason").annotate(number=Count("pk"))
        is_prepared = newsletter.prepared_at is not None
        done = 100 * figures.ended // figures.planned if figures.planned else 100 * is_prepared
        is_sending = newsletter.status == Newsletter.Status.SENDING and figures.waiting > 0
        return cls(
            figures,
            prepared=100 if is_prepared else 100 * newsletter.cursor // max(newsletter.last_profile, 1),
            sent=done,
            per_minute=lately,
            ends_at=now + LATELY * (figures.waiting / lately) if is_sending and lately else None,
            skipped=sorted(skipped, key=lambda each: -each[1]),
        )


def with_progress(newsletters: "QuerySet[Newsletter]") -> "QuerySet[Newsletter]":
    """Add to those that are under way or paused how many of their messages have ended (`done`); None for all others."""
    mine = Delivery.objects.filter(newsletter_id=OuterRef("pk"), status__in=ENDED).order_by()
    counted = Subquery(mine.values("newsletter_id").annotate(number=Count("pk")).values("number"))
    done = Case(When(status__in=LIVE, then=Coalesce(counted, Value(0))), default=None, output_field=IntegerField())
    return newsletters.annotate(done=done)
