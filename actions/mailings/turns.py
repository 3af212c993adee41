"""Whose turn comes next: when a scenario writes for the first time from now on, and to how many."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.mailings.days import DAY, Day, zones_known
from actions.mailings.scenarios import count_turns
from crm import clock
from crm.models import Scenario, Site
from crm.wallclock import day_in, instant_of, zone_of


@dataclass(frozen=True, slots=True)
class Turn:
    """The hour of a scenario on a day, where it is still to come, and how many would be written to as of now."""

    day: date
    #: days from today on, by the shop's clock: 0 today
    ahead: int
    number: int
    #: whether there are no more than `number`
    is_all: bool


def coming_turns(scenario: Scenario, *, most: int) -> list[Turn]:
    """Return the turns of today and tomorrow that are to come, the former only where it still writes to somebody.

    Where the hour of today is over for the shop, it may be to come for those who live further west.
    """
    now, site = clock.now(), Site.current()
    today, turns = day_in(zone_of(site.time_zone), now), []
    for ahead in (0, 1):
        day = today + ahead * DAY
        is_to_come = _comes(scenario, day, site.time_zone, now)
        zones = [zone for zone in zones_known() if _comes(scenario, day, zone, now)]
        number, is_all = count_turns(
            scenario, Day(day, (*zones, *([""] if is_to_come else [])), site.time_zone), most=most
        )
        if is_to_come or number:
            turns.append(Turn(day, ahead, number, is_all))
        if is_to_come:
            break
    return turns


def say_turn(scenario: Scenario, turn: Turn) -> str:
    """Say it: tomorrow at 9:00 to 3 profiles."""
    if turn.is_all:
        number = ngettext("%(n)s profile", "%(n)s profiles", turn.number)
    else:
        number = ngettext("at least %(n)s profile", "at least %(n)s profiles", turn.number)
    said = _("Today at %(at)s: %(number)s.") if turn.ahead == 0 else _("Tomorrow, %(day)s, at %(at)s: %(number)s.")
    return said % {
        "day": date_format(turn.day, "SHORT_DATE_FORMAT"),
        "at": time_format(scenario.at_time, "H:i"),
        "number": number % {"n": number_format(turn.number, force_grouping=True)},
    }


def _comes(scenario: Scenario, day: date, zone: str, now: datetime) -> bool:
    return instant_of(day, scenario.at_time, zone_of(zone)) > now
