"""Dates of profiles as something to wait for: the day itself or its anniversaries, days before or after, at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.conditions.fields import field_named
from crm.wallclock import anniversary, day_in, instant_of

BIRTHDAY = "birthday"
ON, BEFORE, AFTER = "on", "before", "after"
ONCE, YEARLY = "once", "yearly"


@dataclass(frozen=True, slots=True)
class DateRule:
    """A field (`birthday`, `custom.<name>`), whether its anniversaries count, an offset in days and a time of day.

    An anniversary is the first one year after the date; the date itself counts only where anniversaries do not.
    """

    field: str
    is_yearly: bool
    offset: int
    at: time

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Read what `DateForm` gives."""
        days = int(config.get("days") or 0)
        return cls(
            field=config["field"],
            is_yearly=config["field"] == BIRTHDAY or config.get("repeats") == YEARLY,
            offset={ON: 0, BEFORE: -days, AFTER: days}[config["when"]],
            at=time.fromisoformat(config["at"]),
        )

    @property
    def key(self) -> str:
        """What tells the rule from others."""
        return f"{self.field}:{YEARLY if self.is_yearly else ONCE}:{self.offset}:{self.at:%H:%M}"

    def anchor(self, day: date) -> date:
        """Return the day that counts, for a day on which something is to happen."""
        return day - timedelta(days=self.offset)

    def next_after(self, value: date | None, now: datetime, zone: tzinfo) -> datetime | None:
        """Return when it comes for a date, from now on; None: there is no date, or it is past."""
        if value is None:
            return None
        anchors = [value]
        if self.is_yearly:
            first = max(day_in(zone, now).year - 2, value.year + 1)
            anchors = [anniversary(value, year) for year in range(first, first + 5)]
        for each in anchors:
            instant = instant_of(each + timedelta(days=self.offset), self.at, zone)
            if instant >= now:
                return instant
        return None

    def describe(self) -> str:
        """Say it in the current language: "3 days before the birthday, at 09:00"."""
        words = {"n": abs(self.offset), "field": field_named(self.field).label, "time": f"{self.at:%H:%M}"}
        if self.field == BIRTHDAY:
            return _of_birthday(self.offset) % words
        said = _of_field(self.offset) % words
        return _("every year, %(date)s") % {"date": said} if self.is_yearly else said


def _of_birthday(offset: int) -> str:
    if offset == 0:
        return _("on the birthday, at %(time)s")
    if offset < 0:
        return ngettext(
            "%(n)d day before the birthday, at %(time)s", "%(n)d days before the birthday, at %(time)s", -offset
        )
    return ngettext("%(n)d day after the birthday, at %(time)s", "%(n)d days after the birthday, at %(time)s", offset)


def _of_field(offset: int) -> str:
    if offset == 0:
        return _("on the day of “%(field)s”, at %(time)s")
    if offset < 0:
        return ngettext(
            "%(n)d day before “%(field)s”, at %(time)s", "%(n)d days before “%(field)s”, at %(time)s", -offset
        )
    return ngettext("%(n)d day after “%(field)s”, at %(time)s", "%(n)d days after “%(field)s”, at %(time)s", offset)
