"""T12: a sale succeeded."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.orders import SALE_VARIABLES, order_in, products_in


class SaleSucceededForm(ConfigForm):
    """Nothing to choose beyond the product scope."""


@trigger_types.register
class SaleSucceeded(Trigger):
    """An order becomes paid, once in its life."""

    kind = "sale_succeeded"
    label = _("Successful sale")
    help = _(
        "An order becomes paid, once for each order. Take it to thank or to ask for a review; for shipping "
        "and other steps of an order, take “Order created or updated”."
    )
    form_class = SaleSucceededForm
    reads = frozenset({Kind.ORDER_PAID})
    topics = frozenset({"sale"})

    def products(self, event: EventView) -> list[str]:
        """Return what was bought."""
        return products_in(order_in(event))

    def own_order(self, event: EventView) -> str:
        """Return the order."""
        return event.key

    def variables(self) -> Iterable[Variable]:
        """Offer the sale."""
        return SALE_VARIABLES

    def describe(self) -> str:
        """Say it."""
        return str(_("An order becomes paid"))
