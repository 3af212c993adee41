"""C3: how many orders the profile has placed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.orders import counted_of, counted_orders, within
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from crm.models import Order


class OrderCountForm(CompareForm, PeriodForm):
    """Ask how many, and within which period."""

    value_type = "whole"
    field_order = ("operator", "value", "within_count", "within_unit")


@condition_types.register
class OrderCount(RowsCondition):
    """Counted orders, of all time or of a period."""

    kind = "order_count"
    label = _("Number of orders")
    form_class = OrderCountForm
    value_type = "whole"

    def rows(self, moment: Moment) -> "QuerySet[Order]":
        """Return the orders."""
        return within(counted_orders(moment), moment, period_of(self.config))

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the orders."""
        return len(counted_of(facts, moment, period_of(self.config)))

    def describe(self) -> str:
        """Say it."""
        said = _("the number of orders %(comparison)s") % {"comparison": self.comparison()}
        return f"{said} {say_period(self.config)}".strip()
