"""C3: how many orders the profile has placed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.orders import count_of, counted_of, counted_orders, within
from crm.conditions.periods import PeriodForm, period_of, say_period


class OrderCountForm(CompareForm, PeriodForm):
    """Ask how many, and within which period."""

    value_type = "whole"
    field_order = ("operator", "value", "within_count", "within_unit")


@condition_types.register
class OrderCount(ProfileCondition):
    """Counted orders, of all time or of a period."""

    kind = "order_count"
    label = _("Number of orders")
    form_class = OrderCountForm
    value_type = "whole"

    def expression(self, moment: Moment) -> Fact:
        """Count the orders."""
        return count_of(within(counted_orders(moment), moment, period_of(self.config)))

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the orders."""
        return len(counted_of(facts, moment, period_of(self.config)))

    def describe(self) -> str:
        """Say it."""
        said = _("the number of orders %(comparison)s") % {"comparison": self.comparison()}
        return f"{said} {say_period(self.config)}".strip()
