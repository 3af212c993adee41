"""Wall-clock times and calendar days: the one place that turns them into instants and into days of a year.

The rules:

- A wall-clock time is the first instant at which the clock of its zone shows that time or a later one. So a time that
  comes twice (the clock is put back) is the first of the two; one that does not exist (the clock is put forward, or a
  whole day is left out) is the instant at which the clock jumps over it. A later time never comes earlier.
- 29 February is 28 February in years without one: a message for the day comes on the eve of 1 March, never late.
- A zone that nobody knows must not stop anything: the next best stands in (the shop's, then the server's).
"""

from calendar import isleap
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

#: as they are stored; the first is day 0 of `date.weekday`
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def instant_of(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the first instant (UTC) at which the clock of a zone shows this time of this day, or a later one."""
    wanted = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    instant = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _shown(instant, zone) == wanted:
        return instant
    # The clock jumps over it: at fold 0 the old offset leads behind the jump, at fold 1 the new one before it.
    early, late = (int(wanted.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (1, 0))
    while late - early > 1:
        middle = (early + late) // 2
        if _shown(datetime.fromtimestamp(middle, UTC), zone) < wanted:
            early = middle
        else:
            late = middle
    return datetime.fromtimestamp(late, UTC)


def day_in(zone: tzinfo, instant: datetime) -> date:
    """Return the day that the calendar of a zone shows."""
    return instant.astimezone(zone).date()


def zone_of(*names: str) -> tzinfo:
    """Return the first of the zones that is known; the server's where none is."""
    for name in names:
        if name and (zone := _zone(name)) is not None:
            return zone
    return timezone.get_default_timezone()


def anniversary(day: date, year: int) -> date:
    """Return the day in another year: 29 February is 28 February where the year has none."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def days_of_year(day: date) -> list[int]:
    """Return which days of a year (month * 100 + day, as `crm.monthday` gives them) have their anniversary on a day."""
    found = [day.month * 100 + day.day]
    if found == [228] and not isleap(day.year):
        found.append(229)
    return found


def first_at(now: datetime, at: time, zone: tzinfo, accepts: Callable[[date], bool] | None = None) -> datetime:
    """Return the first instant from now on at which it is that time of a day (that is accepted) in a zone.

    With days to choose from, one of any eight days in a row must be accepted.
    """
    first = day_in(zone, now) - timedelta(days=1)  # where the clock was put back over midnight, it is still yesterday
    for ahead in range(11):
        day = first + timedelta(days=ahead)
        if (accepts is None or accepts(day)) and (instant := instant_of(day, at, zone)) >= now:
            return instant
    raise ValueError("no day of the week is accepted")


def _shown(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=2048)
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
