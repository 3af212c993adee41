"""W9: the days and hours in which a message may leave, by the clock of whom it goes to.

Kept in the rules of a delivery: {"window": {"days": ["mon", …], "from": "09:00", "to": "18:00", "outside": "wait" |
"skip"}}; "to" is the first minute outside, "00:00" the end of the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Self

from actions.guards import Guard, Verdict, guards
from actions.models import Delivery
from actions.reasons import OUTSIDE_WINDOW, WAITS_FOR_WINDOW
from crm import clock
from crm.wallclock import WEEKDAYS, day_in, instant_of
from crm.zones import zones_of

WAIT, SKIP = "wait", "skip"


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Days of the week, and the hours of each."""

    days: frozenset[str]
    begin: time
    end: time

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Self:
        """Read it as it is stored."""
        return cls(frozenset(written["days"]), *(time.fromisoformat(written[name]) for name in ("from", "to")))

    def opens_at(self, now: datetime, zone: tzinfo) -> datetime:
        """Return now where it is open, else when it opens next."""
        first = day_in(zone, now) - timedelta(days=1)
        for ahead in range(17):
            day = first + timedelta(days=ahead)
            if WEEKDAYS[day.weekday()] not in self.days:
                continue
            opens = instant_of(day, self.begin, zone)
            closes = instant_of(day if self.end > time.min else day + timedelta(days=1), self.end, zone)
            if now < closes and opens < closes:
                return max(now, opens)
        raise ValueError("a window needs a day and an hour")


@guards.register
class InSendWindow(Guard):
    """Have what has a window wait until it opens, or skip it, as its rules say."""

    kind = "window"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read the zones of profiles with one query, where one of the deliveries has a window."""
        limited = [delivery for delivery in deliveries if delivery.rules.get("window")]
        if not limited:
            return {}
        zones, now = zones_of(delivery.profile_id for delivery in limited), clock.now()
        verdicts: dict[int, Verdict] = {}
        for delivery in limited:
            written = delivery.rules["window"]
            opens = SendWindow.of(written).opens_at(now, zones[delivery.profile_id])
            if opens > now and written["outside"] == SKIP:
                verdicts[delivery.pk] = Verdict(OUTSIDE_WINDOW)
            elif opens > now:
                verdicts[delivery.pk] = Verdict(WAITS_FOR_WINDOW, until=opens)
        return verdicts
