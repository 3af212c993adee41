"""Who owns which product, by which order (W6, C8)."""

from crm import clock
from crm.models import Order, Ownership, Product
from crm.models.order import ENDED_STATUSES, PAID_STATUSES
from crm.signals import Change

_Kind = Product.OwnershipKind


def follow_orders(changes: list[Change]) -> None:
    """Let ownership follow orders that were made or changed status."""
    for change in changes:
        if change.deleted:
            continue
        if change.created or "status" in change.before:
            follow_order(change.row)


def follow_order(order: Order) -> None:
    """Give what a paid order's lines give; end what a cancelled or refunded one, or a line taken out, no longer gives.

    What is kept for ever stays when the order ends. The caller holds the profile's lock.
    """
    if order.paid_at is None:
        return  # it never gave anything
    held = {row.product_id: row for row in Ownership.objects.filter(order=order).select_related("product")}
    bought = set(
        order.lines.exclude(product=None).exclude(product__ownership=_Kind.NONE).values_list("product_id", flat=True)
    )
    now = clock.now()
    if order.status in PAID_STATUSES:
        since = order.paid_at or now
        missing = sorted(bought - held.keys())
        Ownership.objects.bulk_create(
            [Ownership(profile_id=order.profile_id, product_id=pk, order=order, since=since) for pk in missing]
        )
        back = [row.pk for pk, row in held.items() if pk in bought and row.ended_at is not None]
        Ownership.objects.filter(pk__in=back).update(ended_at=None)
        ended = [row for pk, row in held.items() if pk not in bought]
    elif order.status in ENDED_STATUSES:
        ended = [row for row in held.values() if row.product.ownership != _Kind.FOREVER]
    else:
        ended = []
    Ownership.objects.filter(pk__in=[row.pk for row in ended], ended_at=None).update(ended_at=now)
