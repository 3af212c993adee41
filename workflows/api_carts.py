"""Carts as SPREAD's plugins push them through the trigger endpoint: read them, and call the carts service."""

from typing import Any

from django.utils.translation import gettext as _
from pydantic import AliasChoices, Field, TypeAdapter, ValidationError

from crm.api.order_bodies import LineIn
from crm.api.problems import Fault, invalid, pointer
from crm.api.values import Body, Cents
from crm.cause import current
from crm.models import Cart, Profile
from crm.services.carts import push_cart


class PostedCart(Body):
    """The names of a cart that mean something to us; all of them stay in its payload."""

    cart_items_count: int | None = Field(None, ge=0, alias="cart_items_count")
    cart_currency_code: str = Field("", alias="cart_currency_code", pattern="^([A-Za-z]{3})?$")
    cart_grand_total: Cents | None = Field(None, alias="cart_grandTotal")
    checkout_url: str = Field(
        "", max_length=1_000, validation_alias=AliasChoices("checkoutUrl", "checkout_url", "cart_url")
    )
    stage: str = Field("cart", pattern="^(cart|checkout)$")
    items: list[LineIn] = Field([], max_length=1_000)


_posted_cart = TypeAdapter(PostedCart)


def push_posted_cart(profile: Profile, *, key: str, data: dict[str, Any]) -> Cart:
    """Push a cart out of the data of a call; without items, or with a count of 0, it is emptied."""
    cart = _read(data)
    is_empty = cart.cart_items_count == 0 or (cart.cart_items_count is None and not cart.items)
    total = cart.cart_grand_total
    return push_cart(
        profile,
        cause=current(),
        key=key,
        lines=[] if is_empty else [line.as_line() for line in cart.items],
        total=sum(line.price * line.quantity for line in cart.items) if total is None else total,
        currency=cart.cart_currency_code.upper() or None,
        checkout_url=cart.checkout_url,
        stage=cart.stage,
        payload=data,
    )


def empty_cart(profile: Profile, *, key: str) -> None:
    """Empty the open cart of a profile, if there is one: that is what a plugin means by stopping."""
    if Cart.objects.filter(profile=profile, key=key, status=Cart.Status.OPEN).exists():
        push_cart(profile, cause=current(), key=key, lines=[], total=0)


def _read(data: dict[str, Any]) -> PostedCart:
    items = data.get("items")
    if isinstance(items, dict):  # an array of PHP from which an entry was removed keeps its other keys
        data = {**data, "items": list(items.values())}
    try:
        return _posted_cart.validate_python(data)
    except ValidationError as error:
        raise invalid(
            Fault(pointer(*entry["loc"]), _("This is no value for a cart: %(said)s") % {"said": entry["msg"]})
            for entry in error.errors(include_url=False, include_input=False)
        ) from None
