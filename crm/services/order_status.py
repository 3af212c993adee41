"""How the status of an order moves, and its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm import clock, db
from crm.cause import current
from crm.models import Order, OrderStatus, OrderStatusChange
from crm.models.order import ENDED_STATUSES, FORWARD, PAID_STATUSES
from crm.signals import Change

#: what a later payment reopens; a refund is final
_REOPENED = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


def takes_status(order: Order, before: Mapping[str, Any]) -> bool:
    """Tell whether the status that was told applies, or lies behind where the order stands (`before`)."""
    old, new = before["status"], order.status
    if new == old:
        return True
    if new in ENDED_STATUSES:
        # A failure or cancellation from before the payment that stands is old news.
        overtaken = old in PAID_STATUSES and new in _REOPENED
        return not (overtaken and _is_older(order))
    if old in ENDED_STATUSES:
        return old in _REOPENED and new in PAID_STATUSES and not _is_older(order)
    return FORWARD.index(new) > FORWARD.index(old)


def is_old_news(order: Order, before: Mapping[str, Any]) -> bool:
    """Tell whether what is told of an order is from before where it stands (`before`), and lies behind it."""
    return _is_older(order) and not takes_status(order, before)


def note_status(order: Order, before: Mapping[str, Any]) -> None:
    """Keep a status that lies behind in the history; told twice, it is kept once."""
    now = clock.now()
    told = {"status": order.status, "shop_status": order.shop_status, "is_applied": False}
    when = order.occurred_at_given or now
    if OrderStatusChange.objects.filter(order=order, occurred_at=when, **told).exists():
        return
    OrderStatusChange(
        order=order, old_status=before["status"], occurred_at=when, recorded_at=now, **told, **current().columns()
    ).save()


def write_status_history(changes: list[Change]) -> None:
    """Append the statuses that orders took to their history."""
    lines = []
    for change in changes:
        row: Order = change.row
        if change.deleted or not (change.created or {"status", "shop_status"} & change.before.keys()):
            continue
        old = "" if change.created else change.before.get("status", row.status)
        lines.append(
            OrderStatusChange(
                order=row,
                old_status=old,
                status=row.status,
                shop_status=row.shop_status,
                occurred_at=change.occurred_at,
                recorded_at=change.recorded_at,
                **change.cause.columns(),
            )
        )
    db.insert_rows(lines)


def _is_older(order: Order) -> bool:
    """Tell whether what is told happened before the last status that was applied."""
    if order.occurred_at_given is None:
        return False
    applied = OrderStatusChange.objects.filter(order=order, is_applied=True).order_by("-id")
    last: datetime | None = applied.values_list("occurred_at", flat=True).first()
    return last is not None and order.occurred_at_given < last
