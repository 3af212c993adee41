"""The French hours of marketing SMS (A2): Monday to Saturday, 8 to 20 h, no public holidays, where the recipient is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache

from actions.guards import Guard, Verdict, guards, purpose_of
from actions.integrations.sms import sms_provider
from actions.models import Delivery
from actions.phones import country_of, time_zone_of
from actions.reasons import QUIET_HOURS
from actions.send_window import SendWindow
from crm import clock
from crm.models import Profile, Site
from crm.wallclock import WEEKDAYS, first_at, zone_of

BEGINS, ENDS = time(8), time(20)
SUNDAY = 6
#: France and those of its parts overseas whose numbers are their own
FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})


@guards.register
class FrenchHours(Guard):
    """Have marketing SMS to French numbers wait, unless the settings of the provider say otherwise."""

    kind = "french_hours"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read the zones of the profiles once, and the settings."""
        mine = [row for row in deliveries if row.channel == "sms" and purpose_of(row) == "marketing"]
        mine = [row for row in mine if country_of(row.recipient) in FRENCH]
        if not mine:
            return {}
        if not are_kept():
            return {}
        zones = dict(Profile.objects.filter(pk__in={row.profile_id for row in mine}).values_list("pk", "time_zone"))
        now, shops = clock.now(), Site.current().time_zone
        opens = {
            row.pk: next_opening(now, zone_of(zones.get(row.profile_id, ""), time_zone_of(row.recipient), shops))
            for row in mine
        }
        return {pk: Verdict(QUIET_HOURS, until=at) for pk, at in opens.items() if at > now}


def are_kept() -> bool:
    """Tell whether the settings of the provider keep them, as they do unless somebody says otherwise."""
    provider = sms_provider()
    return provider is None or bool(provider.settings.get("french_hours", True))


def meet(window: SendWindow) -> bool:
    """Tell whether a send window (W9) and these hours have a moment in common on some day of the week."""
    ends = window.end if time.min < window.end < ENDS else ENDS
    return any(day in window.days for day in WEEKDAYS[:SUNDAY]) and max(window.begin, BEGINS) < ends


def next_opening(now: datetime, zone: tzinfo) -> datetime:
    """Return the first instant from now on at which a marketing SMS may be sent."""
    local = now.astimezone(zone)
    if is_working_day(local.date()) and BEGINS <= local.time() < ENDS:
        return now
    return first_at(now, BEGINS, zone, is_working_day)


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither a Sunday nor a French public holiday."""
    return day.weekday() != SUNDAY and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year that all of France keeps (Code du travail, L3133-1)."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    after_easter = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    sunday = easter(year)
    return frozenset(
        {date(year, *each) for each in fixed} | {sunday + timedelta(days=number) for number in after_easter}
    )


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
