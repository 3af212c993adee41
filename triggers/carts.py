"""What T1 and T13 share: the cart in the event, its merge tags, and when a run about it has lost its reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.models import Cart, Order
from crm.services.carts import OLD_ORDER
from triggers.base import RunView, Trigger, Variable
from triggers.models import Kind
from triggers.orders import NOT_PLACED, products_in

Status = Cart.Status
_REASONS = {Status.CONVERTED.value: "cart_converted", Status.EMPTIED.value: "cart_emptied"}

CART_VARIABLES = (
    Variable("cart.key", _("Key of the cart")),
    Variable("cart.total", _("Total of the cart")),
    Variable("cart.currency", _("Currency")),
    Variable("cart.url", _("Address of the cart")),
    Variable("cart.items[].name", _("Items: name")),
    Variable("cart.items[].quantity", _("Items: quantity")),
    Variable("cart.items[].price", _("Items: price")),
    Variable("cart.lines[].reference", _("Items: reference")),
)


def cart_in(event: EventView) -> Mapping[str, Any]:
    """Return the cart that an event saw; empty where it saw none."""
    cart = event.snapshot.get("cart")
    return cart if isinstance(cart, Mapping) else {}


class CartTrigger(Trigger):
    """What starts runs about carts: one run a cart, which ends with the cart."""

    ended_by = frozenset({Kind.CART_ENDED})
    topics = frozenset({"cart"})

    def run_key(self, event: EventView) -> str:
        """Keep one run a cart."""
        return event.key

    def end_reason(self, event: EventView, run_key: str) -> str:
        """End with the cart."""
        return _REASONS.get(event.name, "") if event.kind == Kind.CART_ENDED and event.key == run_key else ""

    def standing(self, runs: Sequence[RunView]) -> dict[int, str]:
        """End at any order since the cart's last activity."""
        return lost_carts(runs)

    def products(self, event: EventView) -> list[str]:
        """Return what is in the cart."""
        return products_in(cart_in(event))


def lost_carts(runs: Sequence[RunView]) -> dict[int, str]:
    """Say, with one query, which runs about carts have lost their reason.

    The cart was ordered or emptied, or the profile placed any order that is not failed or cancelled since the cart's
    last activity (the event that the run last heard of).
    """
    order = Order.objects.filter(
        profile=OuterRef("profile"), ordered_at__gte=OuterRef("last_activity_at") - OLD_ORDER
    ).exclude(status__in=NOT_PLACED)
    carts = Cart.objects.filter(
        profile__in={run.profile_id for run in runs}, key__in={run.key for run in runs}
    ).annotate(ordered=Subquery(order.order_by("-created_at").values("created_at")[:1]))
    found = {
        (pid, key): (status, at) for pid, key, status, at in carts.values_list("profile_id", "key", "status", "ordered")
    }
    reasons = {run.id: _reason(run, *found.get((run.profile_id, run.key), ("", None))) for run in runs}
    return {run_id: reason for run_id, reason in reasons.items() if reason}


def _reason(run: RunView, status: str, ordered: datetime | None) -> str:
    since = run.event.recorded_at
    if status in _REASONS:
        return _REASONS[status]
    return "order_placed" if ordered is not None and since is not None and ordered >= since else ""
