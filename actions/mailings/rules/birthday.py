"""On the birthday."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.mailings.days import Day
from actions.mailings.rules.base import ScenarioRule, scenario_rules
from crm.models import Profile
from crm.monthday import MonthDay
from crm.wallclock import days_of_year


@scenario_rules.register
class Birthday(ScenarioRule):
    """The day itself, every year."""

    kind = "birthday"
    counts_days = False
    least_days = 0
    help = _("Everybody whose birthday it is, once a year; born on 29 February, on the 28th in other years.")

    def find(self, day: Day, days: int) -> "Iterator[QuerySet[Profile]]":
        """Look for those born on that day of whatever year."""
        born = Profile.objects.filter(birthday__isnull=False).alias(born_on=MonthDay("birthday"))
        yield born.filter(day.people, born_on__in=days_of_year(day.date))

    def occasion(self, day: Day, days: int) -> str:
        """Return the year."""
        return str(day.date.year)

    def describe(self, days: int) -> str:
        """Say it."""
        return _now("On the birthday")
