"""C15: the profile has a cart that is still open."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.amounts import AmountForm
from crm.conditions.base import condition_types
from crm.conditions.moment import Moment
from crm.conditions.orders import known_orders
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from crm.conditions.values import say_money
from crm.models import Cart
from crm.services.carts import NOT_PLACED, OLD_ORDER


class CartOpenForm(AmountForm, PeriodForm):
    """Ask how far the person went, for which total, and how recent the cart is; all may stay empty."""

    amount_label = _("Total of the cart")
    stage = forms.ChoiceField(
        label=_("How far the person went"), choices=[("", _("any stage")), *Cart.Stage.choices], required=False
    )
    field_order = ("stage", "operator", "value", "within_count", "within_unit")


@condition_types.register
class CartOpen(RowsCondition):
    """The fact is the number of open carts since whose last activity nothing was ordered; a cart has no history."""

    kind = "cart_open"
    label = _("Cart still open")
    form_class = CartOpenForm
    value_type = "money"
    has_history = False

    @property
    def needs_zone(self) -> bool:
        """Periods are lengths of time, not days."""
        return False

    @property
    def period(self) -> timedelta | None:
        """How long ago the cart may have been touched, None for ever."""
        return period_of(self.config)

    @property
    def asks_any(self) -> bool:
        """One is enough."""
        return True

    def rows(self, moment: Moment) -> "QuerySet[Cart]":
        """Return the carts."""
        touched = OuterRef("last_activity_at")
        placed = known_orders(moment, profile="profile", depth=2).exclude(known_status__in=NOT_PLACED)
        since = ExpressionWrapper(touched - OLD_ORDER, output_field=DateTimeField())
        carts = Cart.objects.filter(
            ~Exists(placed.filter(created_at__gte=touched, ordered_at__gte=since)),
            profile=OuterRef("pk"),
            status=Cart.Status.OPEN,
        )
        if not moment.is_live:
            carts = carts.filter(created_at__lte=moment.inside())
        if self.period is not None:
            carts = carts.filter(last_activity_at__gte=moment.inside(self.period))
        if self.config.get("stage"):
            carts = carts.filter(stage=self.config["stage"])
        if self.config.get("operator"):
            carts = carts.filter(self.operator.q(F("total"), int(self.value)))
        return carts

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the carts."""
        return sum(self._is_meant(cart, facts["orders"], moment) for cart in facts["carts"])

    def _is_meant(self, cart: Mapping[str, Any], orders: list[Mapping[str, Any]], moment: Moment) -> bool:
        assert not isinstance(moment.at, str)
        touched = cart["last_activity_at"]
        is_ordered = any(
            order["status"] not in NOT_PLACED
            and order["created_at"] >= touched
            and order["ordered_at"] >= touched - OLD_ORDER
            for order in orders
        )
        return (
            not is_ordered
            and (self.period is None or touched >= moment.at - self.period)
            and (not self.config.get("stage") or cart["stage"] == self.config["stage"])
            and (not self.config.get("operator") or self.operator.holds(cart["total"], int(self.value)))
        )

    def holds(self, fact: Any, moment: Moment) -> bool:
        """One is enough."""
        return bool(fact)

    def describe(self) -> str:
        """Say it."""
        said = [str(_("has a cart that is still open"))]
        if stage := self.config.get("stage"):
            said.append(_("stage: %(stage)s") % {"stage": Cart.Stage(stage).label})
        if self.config.get("operator"):
            amount = f"{self.operator.label} {say_money(self.value)}"
            said.append(_("the total %(comparison)s") % {"comparison": amount})
        if self.period is not None:
            said.append(_("touched %(period)s") % {"period": say_period(self.config)})
        return ", ".join(said)
