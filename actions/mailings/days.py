"""Days as profiles have them: when a time of day comes in each time zone, and when a day begins and ends there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from django.db.models import Q

from crm.wallclock import instant_of, zone_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A calendar day in some zones for which it is the same stretch of time."""

    zones: tuple[str, ...]
    start: datetime
    end: datetime

    @property
    def people(self) -> Q:
        """Return the profiles that live there; those without a zone live in the shop's ("" is among the zones)."""
        return Q(time_zone__in=self.zones)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day whose hour has come, in the zones in which it has."""

    date: date
    zones: tuple[str, ...]
    shop_zone: str

    @property
    def people(self) -> Q:
        """Return the profiles that live there."""
        return Q(time_zone__in=self.zones)

    def spans(self, *, days_before: int) -> list[Span]:
        """Return the day so many days before, as stretches of time."""
        day = self.date - days_before * DAY
        found: dict[tuple[datetime, datetime], list[str]] = defaultdict(list)
        for zone in self.zones:
            where = zone_of(zone or self.shop_zone)
            found[instant_of(day, time(), where), instant_of(day + DAY, time(), where)].append(zone)
        return [Span(tuple(zones), start, end) for (start, end), zones in found.items()]


def days_come(at: time, *, since: datetime, until: datetime, shop_zone: str) -> Iterator[Day]:
    """Yield the days whose time of day came after `since` and not after `until`, with the zones where it did."""
    day, last = (since - DAY).date(), (until + DAY).date()
    while day <= last:
        zones = [zone for zone in zones_known() if since < instant_of(day, at, zone_of(zone)) <= until]
        if since < instant_of(day, at, zone_of(shop_zone)) <= until:
            zones.append("")
        if zones:
            yield Day(day, tuple(zones), shop_zone)
        day += DAY


@cache
def zones_known() -> tuple[str, ...]:
    """List the time zones that a profile may have."""
    return tuple(sorted(available_timezones()))
