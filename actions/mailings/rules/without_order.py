"""Days without an order."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.mailings.days import DAY, Day
from actions.mailings.rules.base import ScenarioRule, scenario_rules
from crm.conditions.orders import is_counted
from crm.models import Order, Profile


@scenario_rules.register
class WithoutOrder(ScenarioRule):
    """So many days after the last order, where none followed."""

    kind = "without_order"
    help = _(
        "Everybody whose last order is so many days old, once for that order; "
        "who never ordered is reached by days after sign-up."
    )

    def find(self, day: Day, days: int) -> "Iterator[QuerySet[Profile]]":
        """Look for the orders of that day that none followed; orders that do not count are no orders."""
        counted = Order.objects.filter(is_counted("status"))
        for span in day.spans(days_before=days):
            ordered = counted.filter(ordered_at__gte=span.start, ordered_at__lt=span.end)
            later = counted.filter(profile=OuterRef("pk"), ordered_at__gte=span.end)
            yield Profile.objects.filter(~Exists(later), span.people, pk__in=ordered.values("profile_id"))

    def occasion(self, day: Day, days: int) -> str:
        """Return the day of the last order."""
        return (day.date - days * DAY).isoformat()

    def describe(self, days: int) -> str:
        """Say it."""
        return ngettext("%(count)d day without an order", "%(count)d days without an order", days) % {"count": days}
