"""How a newsletter went over time: what left, and what people opened, as the bars of two pictures."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from actions.models import Delivery, Track
from actions.models.delivery import ENDED, Status
from crm import clock
from crm.models import Newsletter
from crm.stretch import Stretch
from triggers.messages import newsletter_key

#: more bars nobody can read
MOST_BARS = 60
#: how long a bar may be, in seconds
LENGTHS = (10, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
#: what people do is shown for so long after the last message has left
AFTERWARDS = timedelta(days=7)
#: a picture, in its own units
WIDTH, HEIGHT, GAP = 600, 120, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: how many things of the picture happened, and how many `others`; and where it is drawn."""

    begins_at: datetime
    number: int
    others: int
    x: int
    width: int
    height: int
    others_height: int

    @property
    def y(self) -> int:
        """Where the lower part begins."""
        return HEIGHT - self.height

    @property
    def others_y(self) -> int:
        """Where the upper part begins."""
        return self.y - self.others_height


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars from an instant until another."""

    since: datetime
    until: datetime
    bars: list[Bar]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is to be seen."""
        return not any(bar.number or bar.others for bar in self.bars)


def what_left(newsletter: Newsletter) -> Picture | None:
    """Draw what was sent, and on top of it what did not leave; None before it began. One query."""
    rows = Delivery.objects.filter(newsletter_id=newsletter.pk, status__in=ENDED)
    until = newsletter.ended_at or clock.now()
    return _drawn(newsletter, until, rows, "ended_at", "status", {Status.SENT.value})


def what_was_opened(newsletter: Newsletter) -> Picture | None:
    """Draw when people opened it for the first time; None before it began. One query."""
    rows = Track.objects.filter(message=newsletter_key(newsletter.uid), is_machine=False, is_first=True)
    now = clock.now()
    until = min(now, newsletter.ended_at + AFTERWARDS) if newsletter.ended_at else now
    kind = Track.Kind.OPEN
    return _drawn(newsletter, until, rows.filter(kind=kind), "occurred_at", "kind", {kind.value})


def _drawn(
    newsletter: Newsletter, until: datetime, rows: "QuerySet[Any]", moment: str, by: str, counted: Collection[str]
) -> Picture | None:
    since = newsletter.began_at
    if since is None:
        return None
    took = max(int((until - since).total_seconds()), 1)
    seconds = next((each for each in LENGTHS if took < each * MOST_BARS), -(-took // MOST_BARS))
    number = took // seconds + 1
    stretch = Stretch(moment, since=since, seconds=seconds)
    found = rows.order_by().annotate(stretch=stretch).values("stretch", by).annotate(number=Count("pk"))
    mine: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for at, kind, count in found.values_list("stretch", by, "number"):
        (mine if kind in counted else others)[at] += count
    highest = max(1, *(mine[at] + others[at] for at in range(number)))
    width = WIDTH // number
    bars = [
        Bar(
            begins_at=since + timedelta(seconds=seconds * at),
            number=mine[at],
            others=others[at],
            x=at * width,
            width=max(width - GAP, 1),
            height=_height(mine[at], highest),
            others_height=_height(others[at], highest),
        )
        for at in range(number)
    ]
    return Picture(since, until, bars)


def _height(number: int, highest: int) -> int:
    """Return the height of a number; what is there at all can be seen."""
    return max(HEIGHT * number // highest, 2) if number else 0
