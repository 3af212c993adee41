"""What triggers and conditions about orders share: statuses to choose from, products, merge tags, later orders."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.conditions.values import Choices
from crm.models import Order, OrderStatus, ShopStatus
from crm.models.order import PAID_STATUSES
from crm.services.carts import NOT_PLACED as NOT_PLACED
from crm.services.carts import OLD_ORDER
from triggers.base import RunView, Variable
from triggers.models import Kind

#: a shop's own status among the choices
SHOP = "shop:"
ORDER_EVENTS = frozenset({Kind.ORDER_CREATED, Kind.ORDER_STATUS_CHANGED, Kind.ORDER_AMOUNT_CHANGED})
SALE_EVENTS = frozenset({Kind.ORDER_PAID, Kind.ORDER_FAILED})

ORDER_VARIABLES = (
    Variable("order.reference", _("Reference of the order")),
    Variable("order.status", _("Status of the order")),
    Variable("order.old_status", _("Status before")),
    Variable("order.shop_status", _("Shop's own status")),
    Variable("order.amount", _("Amount of the order")),
    Variable("order.old_amount", _("Amount before")),
    Variable("order.currency", _("Currency")),
    Variable("order.coupon", _("Coupon of the order")),
    Variable("order.lines[].name", _("Lines: name")),
    Variable("order.lines[].reference", _("Lines: reference")),
    Variable("order.lines[].quantity", _("Lines: quantity")),
    Variable("order.lines[].unit_price", _("Lines: unit price")),
    Variable("order.lines[].url", _("Lines: address")),
    Variable("order.lines[].image", _("Lines: image")),
    Variable("product.name", _("First product: name")),
    Variable("product.reference", _("First product: reference")),
    Variable("product.unit_price", _("First product: price")),
    Variable("product.url", _("First product: address")),
    Variable("product.image", _("First product: image")),
)
SALE_VARIABLES = (
    Variable("sale.reference", _("Reference of the sale")),
    Variable("sale.amount", _("Amount of the sale")),
    Variable("sale.currency", _("Currency of the sale")),
    *ORDER_VARIABLES,
)


class StatusesField(forms.MultipleChoiceField):
    """Statuses of orders: ours, and the shop's own as `shop:<key>`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=status_choices, **options)


def status_choices() -> Choices:
    """Return our statuses, then the shop's own that admins have listed."""
    own = ShopStatus.objects.order_by("key").values_list("key", "name")
    return [*OrderStatus.choices, *((f"{SHOP}{key}", _("shop: %(name)s") % {"name": name}) for key, name in own)]


def say_statuses(stored: Iterable[str]) -> str:
    """Name statuses."""
    names = dict(status_choices())
    return ", ".join(str(names.get(status, status.removeprefix(SHOP))) for status in stored)


def statuses_of(order: Mapping[str, Any], old: bool = False) -> frozenset[str]:
    """Return the names under which the status of an order in a snapshot may be chosen."""
    prefix = "old_" if old else ""
    shop = str(order.get(f"{prefix}shop_status") or "").strip().casefold()
    return frozenset({str(order.get(f"{prefix}status") or ""), *([f"{SHOP}{shop}"] if shop else [])}) - {""}


def order_in(event: EventView) -> Mapping[str, Any]:
    """Return the order that an event saw; empty where it saw none."""
    order = event.snapshot.get("order")
    return order if isinstance(order, Mapping) else {}


def products_in(thing: Any) -> list[str]:
    """Return the references of the products in an order or a cart of a snapshot."""
    lines = thing.get("lines") if isinstance(thing, Mapping) else None
    return [str(line.get("reference") or "") for line in lines or () if isinstance(line, Mapping)]


def later_orders(runs: Sequence[RunView], *, own: Iterable[str] = ()) -> list[tuple[int, str, str, Any]]:
    """Return, with one query, orders that may end runs: (profile id, reference, status, recorded at).

    Those recorded since the runs' events that are not failed or cancelled and no old news, and those named in `own`.
    """
    since = min((run.event.recorded_at for run in runs if run.event.recorded_at), default=None)
    later = Q(profile__in={run.profile_id for run in runs}) & ~Q(status__in=NOT_PLACED)
    if since is not None:
        later &= Q(created_at__gte=since, ordered_at__gte=F("created_at") - OLD_ORDER)
    found = Order.objects.filter(later | Q(reference__in=list(own))).order_by("pk")
    return list(found.values_list("profile_id", "reference", "status", "created_at"))


def was_paid(status: str) -> bool:
    """Tell whether an order with that status is paid."""
    return status in PAID_STATUSES
