"""Days after sign-up."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.mailings.days import Day
from actions.mailings.rules.base import ScenarioRule, scenario_rules
from crm.cause import Origin
from crm.models import Profile


@scenario_rules.register
class AfterSignup(ScenarioRule):
    """So many days after the profile came to be; imports are no sign-ups."""

    kind = "after_signup"
    help = _("Everybody who signed up so many days ago, once; who was imported did not sign up.")

    def find(self, day: Day, days: int) -> "Iterator[QuerySet[Profile]]":
        """Look for those who were made on that day."""
        for span in day.spans(days_before=days):
            made = Profile.objects.filter(span.people, created_at__gte=span.start, created_at__lt=span.end)
            yield made.exclude(origin=Origin.IMPORT)

    def occasion(self, day: Day, days: int) -> str:
        """Return the one sign-up there is."""
        return "signup"

    def describe(self, days: int) -> str:
        """Say it."""
        return ngettext("%(count)d day after sign-up", "%(count)d days after sign-up", days) % {"count": days}
