"""C2: the profile has placed an order, within a period and/or for an amount."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.amounts import AmountForm
from crm.conditions.base import condition_types
from crm.conditions.moment import Moment
from crm.conditions.orders import counted_of, counted_orders, within
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from crm.conditions.values import say_money
from crm.models import Order


class HasOrderedForm(AmountForm, PeriodForm):
    """Ask within which period, and for which amount; both may stay empty."""

    amount_label = _("Amount of the order")
    field_order = ("within_count", "within_unit", "operator", "value")


@condition_types.register
class HasOrdered(RowsCondition):
    """The fact is the number of counted orders that are recent enough and have the amount."""

    kind = "has_ordered"
    label = _("Has placed an order")
    form_class = HasOrderedForm
    value_type = "whole"

    @property
    def needs_zone(self) -> bool:
        """Periods are lengths of time, not days."""
        return False

    @property
    def period(self) -> timedelta | None:
        """The period, None for ever."""
        return period_of(self.config)

    @property
    def asks_any(self) -> bool:
        """One is enough."""
        return True

    def rows(self, moment: Moment) -> "QuerySet[Order]":
        """Return the orders."""
        orders = within(counted_orders(moment), moment, self.period)
        if self.config.get("operator"):
            orders = orders.filter(self.operator.q(F("amount"), int(self.value)))
        return orders

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the orders."""
        orders = counted_of(facts, moment, self.period)
        if self.config.get("operator"):
            orders = [order for order in orders if self.operator.holds(order["amount"], int(self.value))]
        return len(orders)

    def holds(self, fact: Any, moment: Moment) -> bool:
        """One is enough."""
        return bool(fact)

    def describe(self) -> str:
        """Say it."""
        said = str(_("has placed an order"))
        if self.config.get("operator"):
            said = _("has placed an order whose amount %(comparison)s") % {
                "comparison": f"{self.operator.label} {say_money(self.value)}"
            }
        return f"{said} {say_period(self.config)}".strip()
