"""Events of carts: pushes, and how they end."""

from collections.abc import Iterator
from typing import Any

from crm.models import Cart
from crm.services.cart_content import items_of
from crm.services.carts import has_other_content
from crm.signals import Change
from crm.values import write_money
from triggers.models import Event, Kind
from triggers.services import event_of

_ENDS = frozenset({Cart.Status.CONVERTED, Cart.Status.EMPTIED})


def cart_events(changes: list[Change]) -> Iterator[Event]:
    """Say that a cart was pushed, or ended by an order or by being emptied."""
    for change in changes:
        row: Cart = change.row
        if change.deleted:
            continue
        is_pushed = change.created or "pushes" in change.before
        if is_pushed and row.status != Cart.Status.EMPTIED:
            changed = change.created or "status" in change.before or has_other_content(row, change.before)
            yield event_of(
                change, Kind.CART_PUSHED, row.profile_id, key=row.key, snapshot=cart_snapshot(row, changed=changed)
            )
        if row.status in _ENDS and (change.created or "status" in change.before):
            snapshot = cart_snapshot(row, changed=False)
            yield event_of(change, Kind.CART_ENDED, row.profile_id, name=row.status, key=row.key, snapshot=snapshot)


def cart_snapshot(row: Cart, *, changed: bool) -> dict[str, Any]:
    """Return what is seen of a cart: what was pushed on top, what we know of it under `cart`."""
    cart = {
        "key": row.key,
        "status": str(row.status),
        "stage": str(row.stage),
        "total": write_money(row.total),
        "total_cents": row.total,
        "currency": row.currency,
        "url": row.checkout_url,
        "items": items_of(row.payload)
        or [{**line, "price": write_money(line.get("unit_price", 0))} for line in row.lines],
        "lines": row.lines,
        "changed": changed,
    }
    return {**row.payload, "cart": cart}
