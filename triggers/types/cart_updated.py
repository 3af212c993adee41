"""T1: the cart was updated."""

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.models import Cart
from triggers.base import Variable, trigger_types
from triggers.carts import CART_VARIABLES, CartTrigger, cart_in
from triggers.models import Kind


class CartUpdatedForm(ConfigForm):
    """Nothing to choose: the identifier is always `abandoned_cart`."""


@trigger_types.register
class CartUpdated(CartTrigger):
    """The first push of a cart starts a run, later ones update it, an emptied or ordered cart ends it."""

    kind = "cart_updated"
    label = _("Cart updated")
    help = _(
        "A customer changes the cart: each change starts the wait anew, an order or an emptied cart ends the "
        "run. Your shop has to report carts. To chase only carts that were left, take “Abandoned sale”."
    )
    form_class = CartUpdatedForm
    reads = frozenset({Kind.CART_PUSHED})
    #: the name under which shops push carts
    identifier: ClassVar[str] = "abandoned_cart"

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Leave out a cart that was ordered and is pushed once more as it was."""
        return cart_in(event).get("status") != Cart.Status.CONVERTED

    def variables(self) -> Iterable[Variable]:
        """Offer the cart; all that was pushed stands beside it."""
        return CART_VARIABLES

    def describe(self) -> str:
        """Say it."""
        return str(_("A cart is updated"))
