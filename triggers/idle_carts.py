"""Carts that nobody touched for a while (T13): one event for each cart, idle time asked for, and last activity."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from crm import clock
from crm.cause import Cause, Origin
from crm.models import Cart, Order
from crm.services.carts import OLD_ORDER
from crm.tracked import lock_profiles
from triggers.models import Event, Kind
from triggers.orders import NOT_PLACED
from triggers.receivers.carts import cart_snapshot
from triggers.services import build, record_once

#: carts looked at in one transaction
BATCH = 200
_IDLE = (Cart.Status.OPEN, Cart.Status.ABANDONED)


def record_idle_carts(idle_minutes: int, *, since: datetime, until: datetime) -> int:
    """Record the carts that became idle for so many minutes within a span of time; return how many are new.

    Asked twice, or by two schedulers at once, it records each once. A cart touched meanwhile is left alone; when it
    goes idle again, that is another event.
    """
    idle = timedelta(minutes=idle_minutes)
    after: tuple[datetime, int] = (since - idle, 0)
    number = 0
    while batch := _next(idle, after, until - idle):
        after = (batch[-1].last_activity_at, batch[-1].pk)
        number += _record(batch, idle_minutes)
    return number


def _next(idle: timedelta, after: tuple[datetime, int], until: datetime) -> list[Cart]:
    """Return the next carts by last activity whose event is not yet recorded."""
    at, pk = after
    recorded = Event.objects.filter(
        profile=OuterRef("profile"), kind=Kind.CART_IDLE, key=OuterRef("key"), occurred_at=OuterRef("idle_at")
    )
    idle_at = ExpressionWrapper(F("last_activity_at") + idle, output_field=DateTimeField())
    carts = _idle_carts().filter(last_activity_at__gte=at, last_activity_at__lte=until)
    rest = carts.exclude(last_activity_at=at, pk__lte=pk).annotate(idle_at=idle_at).filter(~Exists(recorded))
    return list(rest.order_by("last_activity_at", "pk").only("pk", "profile_id", "last_activity_at")[:BATCH])


def _idle_carts() -> "QuerySet[Cart]":
    """Return carts with something in them, without an order since their last activity (one sent again is none)."""
    touched_at = OuterRef("last_activity_at")
    order = Order.objects.filter(
        profile=OuterRef("profile"), created_at__gte=touched_at, ordered_at__gte=touched_at - OLD_ORDER
    )
    return Cart.objects.filter(~Exists(order.exclude(status__in=NOT_PLACED)), status__in=_IDLE)


def _record(carts: Sequence[Cart], idle_minutes: int) -> int:
    """Look again under the lock of the profiles, and record what still stands."""
    seen = {cart.pk: cart.last_activity_at for cart in carts}
    with transaction.atomic():
        lock_profiles(cart.profile_id for cart in carts)
        held = _idle_carts().filter(pk__in=list(seen)).order_by("pk")
        now = clock.now()
        still = [cart for cart in held if cart.last_activity_at == seen[cart.pk]]
        return len(record_once([_event(cart, idle_minutes, now) for cart in still]))


def _event(cart: Cart, idle_minutes: int, now: datetime) -> Event:
    snapshot = cart_snapshot(cart, changed=False)
    seen = snapshot["cart"]
    first: dict[str, Any] = next(iter(cart.lines), {})
    sale = {"status": "abandoned", "amount": seen["total"], "currency": cart.currency, "lines": cart.lines}
    return build(
        Kind.CART_IDLE,
        cart.profile_id,
        Cause(Origin.TRACKER),
        cart.last_activity_at + timedelta(minutes=idle_minutes),
        now,
        name=cart.stage,
        key=cart.key,
        snapshot={**snapshot, "sale": sale, "product": first, "idle_minutes": idle_minutes},
        once=f"cart_idle:{cart.pk}:{idle_minutes}:{cart.last_activity_at.isoformat()}",
    )
