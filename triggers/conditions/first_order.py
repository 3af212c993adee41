"""C24: it is the first order of the profile."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.operators import BOOLEAN
from crm.forms import ConfigForm
from triggers.orders import ORDER_EVENTS, SALE_EVENTS, order_in


class FirstOrderForm(ConfigForm):
    """Ask yes or no."""

    operator = forms.ChoiceField(
        label=_("It is the first order"),
        choices=[("is_yes", _("yes")), ("is_no", _("no"))],
        initial="is_yes",
    )


@condition_types.register
class FirstOrder(EventCondition):
    """No order that counts was placed before it, as was known when the event happened.

    Of two orders in one batch the one placed earlier is the first; the snapshot holds how many came before.
    """

    kind = "first_order"
    label = _("First order")
    form_class = FirstOrderForm
    topics = frozenset({"order", "sale"})
    reads = ORDER_EVENTS | SALE_EVENTS
    value_type = "boolean"

    def read(self, event: EventView) -> bool | None:
        """Read how many came before."""
        before = order_in(event).get("orders_before")
        return before == 0 if isinstance(before, int) else None

    def describe(self) -> str:
        """Say it."""
        if self.operator is BOOLEAN["is_no"]:
            return str(_("it is not the first order of the customer"))
        return str(_("it is the first order of the customer"))
