"""V2 orders."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja import Query

from crm.api import examples
from crm.api.auth import allows
from crm.api.idempotency import posting
from crm.api.lists import ListQuery, page, texts
from crm.api.order_bodies import OrderPost, save_order
from crm.api.people import nothing_here
from crm.api.routing import SlashRouter, documented
from crm.api.values import written
from crm.models import Order, OrderLine
from crm.values import write_money

router = SlashRouter(tags=["orders"])

#: what SPREAD's numbers say of our statuses, outwards
SPREAD_STATES = {"new": "10", "processing": "20", "paid": "50", "shipped": "50", "delivered": "50"}
_TEXTS = {
    "id": "pk",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "orderedAt": "ordered_at",
    "customerId": "profile_id",
    "orderId": "reference",
    "currency": "currency",
    "coupon": "coupon",
    "statusName": "status",
    "shopStatus": "shop_status",
}


@router.get(
    "/orders",
    auth=allows("orders:read"),
    summary="List orders",
    openapi_extra=documented(examples.listed("orders", examples.ORDER)),
)
def list_orders(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List orders."""
    return page(request, query, Order.objects.all(), plural="orders", show=_shown)


@router.get(
    "/orders/{reference}",
    auth=allows("orders:read"),
    summary="Read an order",
    openapi_extra=documented(examples.ORDER),
)
def get_order(request: HttpRequest, reference: str) -> dict[str, Any]:
    """Read one order by the shop's reference, with its lines."""
    order = None if "\0" in reference else Order.objects.filter(reference=reference).first()
    if order is None:
        raise nothing_here(reference)
    return show_order(order)


@router.post(
    "/orders",
    auth=allows("orders:write"),
    summary="Create or update an order",
    openapi_extra=documented({"order": examples.ORDER}, body=OrderPost, example=examples.ORDER_BODY),
)
@posting()
def post_order(request: HttpRequest, body: OrderPost) -> dict[str, Any]:
    """Create or update an order, found by the shop's reference; what is not given stays as it is.

    A status only moves forward: one that lies behind is kept in the history and changes nothing.
    """
    order, created = save_order(body)
    return {"order": show_order(order), "created": created}


def show_order(order: Order) -> dict[str, Any]:
    """Write one order with its lines."""
    lines = list(order.lines.select_related("product"))
    return {**next(_shown([order])), "tags": [], "attributes": [_attributes(line) for line in lines]}


def _shown(orders: list[Order]) -> Iterator[dict[str, Any]]:
    for order in orders:
        yield {
            **texts(order, _TEXTS),
            "amount": write_money(order.amount),
            "facturationNumber": None,
            "status": SPREAD_STATES.get(order.status, "0"),
            "startService": None,
            "endService": None,
        }


def _attributes(line: OrderLine) -> list[str]:
    """Write a line as one of SPREAD's groups of attributes."""
    reference = line.reference or (line.product.reference if line.product else "")
    return [
        f"idProduct:{reference}",
        f"name:{line.name or (line.product.name if line.product else '')}",
        f"quantity:{written(line.quantity)}",
        f"price:{write_money(line.unit_price)}",
    ]
