"""How a newsletter went over time, as the bars of a picture."""

from collections import Counter
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
#: after the last message has left, what people do is shown for so long
AFTERWARDS = timedelta(days=2)
#: the picture, in its own units
WIDTH, HEIGHT, GAP = 600, 120, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: what left, what did not, what was opened for the first time; and where it is drawn."""

    begins_at: datetime
    sent: int
    lost: int
    opened: int
    x: int
    width: int
    sent_height: int
    lost_height: int
    opened_y: int

    @property
    def sent_y(self) -> int:
        """Where the bar of what left begins."""
        return HEIGHT - self.sent_height

    @property
    def lost_y(self) -> int:
        """Where the bar of what did not leave begins: on top of the other."""
        return self.sent_y - self.lost_height

    @property
    def middle(self) -> int:
        """Where its opens are marked."""
        return self.x + self.width // 2


def course_of(newsletter: Newsletter) -> list[Bar]:
    """Return the bars from the beginning until now, or until people have had two days; two queries."""
    since, now = newsletter.began_at, clock.now()
    if since is None:
        return []
    until = min(now, newsletter.ended_at + AFTERWARDS) if newsletter.ended_at else now
    took = max(int((until - since).total_seconds()), 1)
    seconds = next((each for each in LENGTHS if took < each * MOST_BARS), -(-took // MOST_BARS))
    number = took // seconds + 1
    left = Delivery.objects.filter(newsletter_id=newsletter.pk, status__in=ENDED)
    ended = _counted(left, "ended_at", "status", since=since, seconds=seconds)
    opens = Track.objects.filter(
        message=newsletter_key(newsletter.uid), kind=Track.Kind.OPEN, is_machine=False, is_first=True
    )
    opened = _counted(opens, "occurred_at", "kind", since=since, seconds=seconds)
    sent = [ended[at, Status.SENT] for at in range(number)]
    lost = [sum(ended[at, status] for status in ENDED - {Status.SENT}) for at in range(number)]
    seen = [opened[at, Track.Kind.OPEN] for at in range(number)]
    highest = max(1, *(a + b for a, b in zip(sent, lost, strict=True)), *seen)
    width = WIDTH // number
    return [
        Bar(
            begins_at=since + timedelta(seconds=seconds * at),
            sent=sent[at],
            lost=lost[at],
            opened=seen[at],
            x=at * width,
            width=max(width - GAP, 1),
            sent_height=_height(sent[at], highest),
            lost_height=_height(lost[at], highest),
            opened_y=HEIGHT - _height(seen[at], highest),
        )
        for at in range(number)
    ]


def _height(number: int, highest: int) -> int:
    """Return the height of a number; what is there at all can be seen."""
    return max(HEIGHT * number // highest, 2) if number else 0


def _counted(
    rows: "QuerySet[Any]", moment: str, by: str, *, since: datetime, seconds: int
) -> "Counter[tuple[int, str]]":
    stretch = Stretch(moment, since=since, seconds=seconds)
    counted = rows.order_by().annotate(stretch=stretch).values("stretch", by).annotate(number=Count("pk"))
    return Counter({(at, kind): number for at, kind, number in counted.values_list("stretch", by, "number")})
