"""When things happen in the demo shop: the busy quarter-hours of its days, and what is done in which."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
#: how long a busy time lasts: what is done in it is worked by the engine right after
BUSY_FOR = timedelta(minutes=12)
#: the last days have a busy morning too; long ago, only every second day is told of
MORNINGS, DETAIL = timedelta(days=5), timedelta(days=14)
Deed = Callable[[], object]


@dataclass
class Calendar:
    """The busy times of a story from `start` to `now`, and the deeds in them."""

    random: Random
    start: datetime
    now: datetime
    times: list[datetime] = field(default_factory=list)
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out the busy times; the last one has just passed."""
        last = self.now - timedelta(minutes=25)
        first = self.start.astimezone(ZONE).date()
        for number in range((self.now - self.start).days + 1):
            day = first + timedelta(days=number)
            age = self.now - datetime.combine(day, time(18, 14), ZONE)
            hours = [time(18, 14), time(10, 32)] if age < MORNINGS else [time(18, 14)]
            if age > DETAIL and number % 2:
                continue
            for hour in hours:
                shift = timedelta(seconds=self.random.randint(0, 150))
                at = (datetime.combine(day, hour, ZONE) + shift).astimezone(UTC)
                if self.start + timedelta(hours=1) < at < last - timedelta(hours=2):
                    self.times.append(at)
        self.times = [*sorted(self.times), last]

    def on(self, share: float) -> int:
        """Return the busy time (its place) that lies so far into the story: 0 is the first, 1 the last."""
        return min(int(share * len(self.times)), len(self.times) - 1)

    def ago(self, days: float) -> int:
        """Return the busy time that is at least so many days ago, the first if none is."""
        return max(bisect_left(self.times, self.now - timedelta(days=days)) - 1, 0)

    def after(self, place: int, days: float) -> int | None:
        """Return the first busy time so many days after another; None beyond the end of the story."""
        found = bisect_left(self.times, self.times[place] + timedelta(days=days) - BUSY_FOR)
        return found if found < len(self.times) else None

    def add(self, place: int, deed: Deed, *, later: float | None = None) -> None:
        """Have something done in a busy time, or (`later`) so many minutes after its beginning."""
        minutes = self.random.uniform(0, BUSY_FOR.seconds / 60) if later is None else later
        self.add_at(self.times[place] + timedelta(minutes=minutes), deed)

    def add_at(self, at: datetime, deed: Deed) -> None:
        """Have something done at an instant; what would lie in the future is left out."""
        if at < self.now:
            self.deeds.append((at, len(self.deeds), deed))

    def in_turn(self) -> Iterator[list[tuple[datetime, Deed]]]:
        """Iterate over the deeds in the order of time, those of a quarter of an hour together."""
        together: list[tuple[datetime, Deed]] = []
        for at, _number, deed in sorted(self.deeds, key=lambda each: each[:2]):
            if together and at - together[0][0] > BUSY_FOR:
                yield together
                together = []
            together.append((at, deed))
        if together:
            yield together
