"""Events of orders: creation, each change of status and amount, the first payment, a failed one."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from crm.models import Order, OrderLine, OrderStatus, Site
from crm.models.order import ENDED_STATUSES
from crm.signals import Change
from crm.values import write_money
from triggers.models import Event, Kind
from triggers.services import event_of

_STATUS = frozenset({"status", "shop_status"})
#: what a text may also call `sale`
_SALES = frozenset({Kind.ORDER_PAID, Kind.ORDER_FAILED})


def order_events(changes: list[Change]) -> Iterator[Event]:
    """Say what happened to orders, one event for each case that a trigger may have ticked."""
    changes = [change for change in changes if not change.deleted]
    lines = _lines([change.row.pk for change in changes])
    for change in changes:
        row: Order = change.row
        kinds = list(_kinds(change))
        order = _seen(change, lines[row.pk]) if kinds else {}
        seen = {"order": order, "product": lines[row.pk][0] if lines[row.pk] else {}}
        if row.status == OrderStatus.FAILED:
            seen["failure"] = {"code": row.failure_code, "message": row.failure_message}
        for kind in kinds:
            snapshot = {**seen, "sale": order} if kind in _SALES else seen
            yield event_of(change, kind, row.profile_id, name=row.status, key=row.reference, snapshot=snapshot)


def _kinds(change: Change) -> Iterator[Kind]:
    row: Order = change.row
    before = change.before
    if change.created:
        yield Kind.ORDER_CREATED
    elif _STATUS & before.keys():
        yield Kind.ORDER_STATUS_CHANGED
    if "amount" in before:
        yield Kind.ORDER_AMOUNT_CHANGED
    if row.paid_at is not None and (change.created or before.get("paid_at", row.paid_at) is None):
        yield Kind.ORDER_PAID
    if row.status == OrderStatus.FAILED and (change.created or "status" in before):
        yield Kind.ORDER_FAILED


def _seen(change: Change, lines: list[dict[str, Any]]) -> dict[str, Any]:
    row: Order = change.row
    before = change.before
    old_amount = before.get("amount", row.amount)
    return {
        "reference": row.reference,
        "status": str(row.status),
        "old_status": "" if change.created else str(before.get("status", row.status)),
        "shop_status": row.shop_status,
        "old_shop_status": "" if change.created else before.get("shop_status", row.shop_status),
        "amount": write_money(row.amount),
        "amount_cents": row.amount,
        "old_amount": write_money(old_amount),
        "old_amount_cents": old_amount,
        "currency": row.currency,
        "coupon": row.coupon,
        "cart_key": row.cart_key,
        "created": change.created,
        "ordered_at": row.ordered_at.isoformat(),
        "lines": lines,
        **_earlier(row),
    }


def _earlier(row: Order) -> dict[str, int]:
    """Count the profile's orders placed before this one: those that count, and those that were ever paid (C24)."""
    before = Q(ordered_at__lt=row.ordered_at) | Q(ordered_at=row.ordered_at, pk__lt=row.pk)
    orders = list(Order.objects.filter(before, profile=row.profile_id).values_list("status", "paid_at"))
    uncounted = (Site.current().uncounted_statuses or ENDED_STATUSES) if orders else ()
    return {
        "orders_before": sum(status not in uncounted for status, _paid_at in orders),
        "paid_before": sum(paid_at is not None for _status, paid_at in orders),
    }


def _lines(order_ids: list[int]) -> "defaultdict[int, list[dict[str, Any]]]":
    lines: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=order_ids).select_related("product__category")
    for line in rows.order_by("order_id", "position", "id"):
        product = line.product
        category = product.category if product else None
        lines[line.order_id].append(
            {
                "reference": line.reference or (product.reference if product else ""),
                "product": str(product.uid) if product else "",
                "name": line.name or (product.name if product else ""),
                "quantity": line.quantity,
                "unit_price": write_money(line.unit_price),
                "unit_price_cents": line.unit_price,
                "category": category.reference if category else "",
                "category_name": category.name if category else "",
                "url": product.url if product else "",
                "image": product.image if product else "",
            }
        )
    return lines
