"""C2: the profile has placed an order, within a period and/or for an amount."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.moment import Moment
from crm.conditions.operators import NUMBER, Fact
from crm.conditions.orders import count_of, counted_of, counted_orders, within
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.values import say_money
from crm.forms import MoneyField


class HasOrderedForm(PeriodForm):
    """Ask within which period, and for which amount; both may stay empty."""

    adapts_on = ("operator",)

    operator = forms.ChoiceField(
        label=_("Amount of the order"),
        choices=[("", _("any amount")), *((each.name, each.label) for each in NUMBER.values())],
        required=False,
    )
    value = MoneyField(label=_("Amount"), required=False, min_value=0)

    field_order = ("within_count", "within_unit", "operator", "value")

    def clean(self) -> dict[str, Any]:
        """Ask for the amount that the comparison needs."""
        cleaned = super().clean()
        if cleaned.get("operator") and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Give the amount to compare with."))
        if not cleaned.get("operator"):
            cleaned["value"] = None
        return cleaned


@condition_types.register
class HasOrdered(ProfileCondition):
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

    def expression(self, moment: Moment) -> Fact:
        """Count the orders."""
        orders = within(counted_orders(moment), moment, self.period)
        if self.config.get("operator"):
            orders = orders.filter(self.operator.q(F("amount"), int(self.value)))
        return count_of(orders)

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the orders."""
        orders = counted_of(facts, moment, self.period)
        if self.config.get("operator"):
            orders = [order for order in orders if self.operator.holds(order["amount"], int(self.value))]
        return len(orders)

    def holds(self, fact: Any, moment: Moment) -> bool:
        """One is enough."""
        return bool(fact)

    def q(self, moment: Moment) -> Any:
        """One is enough."""
        return NUMBER["gt"].q(self.expression(moment), 0)

    def describe(self) -> str:
        """Say it."""
        said = str(_("has placed an order"))
        if self.config.get("operator"):
            said = _("has placed an order whose amount %(comparison)s") % {
                "comparison": f"{self.operator.label} {say_money(self.value)}"
            }
        return f"{said} {say_period(self.config)}".strip()
