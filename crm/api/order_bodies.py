"""What POST /orders and POST /carts take, and which services they call."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AliasChoices, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from crm.api.people import CustomerRef, whom
from crm.api.values import Body, Cents, Instant, Whole, pointing
from crm.cause import current
from crm.models import Cart, Order, OrderStatus
from crm.services.carts import push_cart
from crm.services.orders import upsert_order

#: SPREAD's numbers, inwards
_STATES = {"0": "cancelled", "10": "new", "20": "processing", "50": "paid"}


def _status(value: Any) -> str:
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    word = _STATES.get(word, word)
    if word not in OrderStatus.values:
        said: Any = _("This must be one of %(statuses)s, or 0, 10, 20, 50; a status of the shop's own is shopStatus.")
        raise PydanticCustomError("order_status", said % {"statuses": ", ".join(OrderStatus.values)})
    return word


StatusWord = Annotated[str, BeforeValidator(_status), WithJsonSchema({"type": "string", "enum": OrderStatus.values})]
Currency = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]


class LineIn(Body):
    """One line of an order or a cart."""

    reference: str = Field("", max_length=120, validation_alias=AliasChoices("reference", "idProduct"))
    name: str = Field("", max_length=250)
    quantity: Whole = Field(1, ge=0, le=10**6)
    price: Cents = Field(0, description="Of one piece, tax included.")

    def as_line(self) -> dict[str, Any]:
        """Return the line as the services take it."""
        return {"reference": self.reference, "name": self.name, "quantity": self.quantity, "unit_price": self.price}


class FailureIn(Body):
    """Why a payment failed."""

    code: str = Field("", max_length=60)
    message: str = Field("", max_length=500)


class OrderIn(Body):
    """An order, found by the shop's reference; what is not given stays as it is."""

    order_id: str = Field(min_length=1, max_length=120, description="The shop's reference.")
    status: StatusWord | None = None
    shop_status: str = Field("", max_length=80, description="The shop's own word; its map says what it means.")
    amount: Cents | None = Field(None, description="Tax included.")
    currency: Currency | None = None
    lines: list[LineIn] | None = Field(None, max_length=1_000)
    coupon: str = Field("", max_length=60)
    cart_key: str = Field("", max_length=120, description="The key of the cart that became this order.")
    failure: FailureIn | None = None
    occurred_at: Instant | None = Field(None, description="When it took this status in the shop.")


class OrderPost(Body):
    """Whose order, and what it is."""

    customer: CustomerRef
    order: OrderIn


class CartIn(Body):
    """A cart as it stands now; without items it is emptied."""

    key: str = Field(min_length=1, max_length=120)
    items: list[LineIn] = Field([], max_length=1_000)
    total: Cents | None = None
    currency: Currency | None = None
    checkout_url: str = Field("", max_length=1_000)
    stage: Annotated[str, Field(pattern="^(cart|checkout)$")] = "cart"
    occurred_at: Instant | None = None


class CartPost(Body):
    """Whose cart, and what is in it."""

    customer: CustomerRef
    cart: CartIn


#: the body's names of what the services refuse
_ORDER_NAMES = {"reference": "orderId", "unit_price": "price", "shop_status": "shopStatus", "cart_key": "cartKey"}
_CART_NAMES = {"lines": "items", "unit_price": "price", "checkout_url": "checkoutUrl"}


def save_order(body: OrderPost) -> tuple[Order, bool]:
    """Create or update the order of a body; tells whether it was created."""
    order = body.order
    profile = whom(body.customer)
    with pointing("order", _ORDER_NAMES):
        return upsert_order(
            profile,
            cause=current(),
            reference=order.order_id,
            status=order.status,
            shop_status=order.shop_status,
            amount=order.amount,
            currency=order.currency,
            lines=None if order.lines is None else [line.as_line() for line in order.lines],
            coupon=order.coupon,
            cart_key=order.cart_key,
            failure=order.failure.model_dump() if order.failure else None,
            occurred_at=order.occurred_at,
        )


def save_cart(body: CartPost) -> Cart:
    """Push the cart of a body."""
    cart = body.cart
    profile = whom(body.customer)
    with pointing("cart", _CART_NAMES):
        return push_cart(
            profile,
            cause=current(),
            key=cart.key,
            lines=[line.as_line() for line in cart.items],
            total=cart.total,
            currency=cart.currency,
            checkout_url=cart.checkout_url,
            stage=cart.stage,
            occurred_at=cart.occurred_at,
        )
