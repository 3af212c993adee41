"""V2 carts."""

from typing import Any

from django.http import HttpRequest

from crm.api import examples
from crm.api.auth import allows
from crm.api.idempotency import posting
from crm.api.lists import texts
from crm.api.order_bodies import CartPost, save_cart
from crm.api.routing import SlashRouter, documented
from crm.models import Cart
from crm.values import write_money

router = SlashRouter(tags=["carts"])

_TEXTS = {
    "id": "pk",
    "customerId": "profile_id",
    "key": "key",
    "status": "status",
    "stage": "stage",
    "currency": "currency",
    "checkoutUrl": "checkout_url",
    "lastActivityAt": "last_activity_at",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}


@router.post(
    "/carts",
    auth=allows("carts:write"),
    summary="Push a cart",
    openapi_extra=documented({"cart": examples.CART}, body=CartPost, example=examples.CART_BODY),
)
@posting()
def post_cart(request: HttpRequest, body: CartPost) -> dict[str, Any]:
    """Push a customer's cart as it stands now: the first push opens it, one without items empties it."""
    return {"cart": show_cart(save_cart(body))}


def show_cart(cart: Cart) -> dict[str, Any]:
    """Write one cart."""
    return {**texts(cart, _TEXTS), "total": write_money(cart.total)}
