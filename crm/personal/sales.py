"""The tables of sales: orders stay in the books, without the person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.models import Cart, Coupon, Order, OrderLine, OrderStatusChange, Ownership
from crm.personal.base import PersonalTable, personal_tables
from crm.personal.blanks import empty, no_object, only
from crm.personal.keys import erased_key


@personal_tables.register
class Orders(PersonalTable):
    """What they ordered."""

    kind = "order"
    model = Order
    label = _("Orders")
    keeps = _("Reference, status, amounts and times: accounts must be kept for years.")
    blanks = {"failure_message": empty, "cart_key": erased_key}


@personal_tables.register
class OrderLines(PersonalTable):
    """What stood on the orders."""

    kind = "order_line"
    model = OrderLine
    label = _("Order lines")
    keeps = _("Products, quantities and prices: accounts must be kept for years.")
    path = "order__profile"


@personal_tables.register
class OrderHistory(PersonalTable):
    """How the orders went on."""

    kind = "order_status"
    model = OrderStatusChange
    label = _("History of orders")
    keeps = _("Each status and its time.")
    path = "order__profile"


@personal_tables.register
class Ownerships(PersonalTable):
    """What they own."""

    kind = "ownership"
    model = Ownership
    label = _("Products owned")
    keeps = _("Which product came by which order.")


@personal_tables.register
class Coupons(PersonalTable):
    """The codes given to them."""

    kind = "coupon"
    model = Coupon
    label = _("Coupons")
    keeps = _("The code, when it was given and used: no code is given twice.")


def _ended(status: Any, _row: Any) -> Any:
    return Cart.Status.EMPTIED if status in (Cart.Status.OPEN, Cart.Status.ABANDONED) else status


@personal_tables.register
class Carts(PersonalTable):
    """What they looked at. An open cart ends, so that nothing chases it."""

    kind = "cart"
    model = Cart
    label = _("Carts")
    keeps = _("References of products, quantities, amounts and times: without what the shop sent besides.")
    blanks = {
        "key": erased_key,
        "lines": only("*.reference", "*.quantity", "*.unit_price"),
        "payload": no_object,
        "checkout_url": empty,
        "status": _ended,
    }
