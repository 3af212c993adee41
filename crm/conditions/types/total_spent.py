"""C9: how much the profile has spent."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.orders import counted_of, counted_orders, within
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.models import Site


class TotalSpentForm(CompareForm, PeriodForm):
    """Ask for a sum, and within which period."""

    value_type = "money"
    field_order = ("operator", "value", "within_count", "within_unit")

    def note(self) -> str:
        """Say what is left out."""
        return str(_("Orders in another currency than the shop's are left out of the sum."))


@condition_types.register
class TotalSpent(ProfileCondition):
    """The amounts of counted orders in the shop's currency, of all time or of a period."""

    kind = "total_spent"
    label = _("Total spent")
    form_class = TotalSpentForm
    value_type = "money"

    def expression(self, moment: Moment) -> Fact:
        """Add the amounts up."""
        own = Site.objects.filter(pk=1).values("currency")[:1]
        currency = Coalesce(Subquery(own), Value(Site().currency), output_field=TextField())
        orders = within(counted_orders(moment), moment, period_of(self.config)).filter(currency=currency)
        total = orders.values("profile").annotate(total=Cast(Sum("amount"), BigIntegerField())).values("total")
        return Coalesce(Subquery(total), 0, output_field=BigIntegerField())

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Add the amounts up."""
        orders = counted_of(facts, moment, period_of(self.config))
        return sum(order["amount"] for order in orders if order["currency"] == facts["site"]["currency"])

    def describe(self) -> str:
        """Say it."""
        said = _("the total spent %(comparison)s") % {"comparison": self.comparison()}
        return f"{said} {say_period(self.config)}".strip()
