"""Days after a purchase."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.mailings.days import DAY, Day
from actions.mailings.rules.base import ScenarioRule, scenario_rules
from crm.models import Order, Profile
from crm.models.order import PAID_STATUSES


@scenario_rules.register
class AfterPurchase(ScenarioRule):
    """So many days after an order was paid that still is."""

    kind = "after_purchase"
    help = _("Everybody who paid an order so many days ago, once for each such day; refunded orders do not count.")

    def find(self, day: Day, days: int) -> "Iterator[QuerySet[Profile]]":
        """Look for the orders that were paid on that day."""
        for span in day.spans(days_before=days):
            paid = Order.objects.filter(paid_at__gte=span.start, paid_at__lt=span.end, status__in=PAID_STATUSES)
            yield Profile.objects.filter(span.people, pk__in=paid.values("profile_id"))

    def occasion(self, day: Day, days: int) -> str:
        """Return the day of the purchase."""
        return (day.date - days * DAY).isoformat()

    def describe(self, days: int) -> str:
        """Say it."""
        return ngettext("%(count)d day after a purchase", "%(count)d days after a purchase", days) % {"count": days}
