"""C21: the amount of the order."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from triggers.orders import ORDER_EVENTS, SALE_EVENTS, order_in


class OrderAmountForm(CompareForm):
    """Ask for an amount."""

    value_type = "money"


@condition_types.register
class OrderAmount(EventCondition):
    """The amount as it was when the event happened, tax included, in the order's own currency."""

    kind = "order_amount"
    label = _("Amount of the order")
    form_class = OrderAmountForm
    topics = frozenset({"order", "sale"})
    reads = ORDER_EVENTS | SALE_EVENTS
    value_type = "money"

    def read(self, event: EventView) -> int | None:
        """Read the minor units."""
        amount = order_in(event).get("amount_cents")
        return amount if isinstance(amount, int) else None

    def describe(self) -> str:
        """Say it."""
        return _("the amount of the order %(comparison)s") % {"comparison": self.comparison()}
