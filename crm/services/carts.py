"""Carts as the shop pushes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.cause import Cause, Origin, caused_by
from crm.errors import Invalid
from crm.models import Cart, Order, Profile, Site
from crm.periodic import periodic
from crm.services.cart_content import lines_of, says_empty, total_of
from crm.services.stamps import check_choice, differs, read_texts, stamp
from crm.tracked import lock_profiles
from crm.turns import each_alone
from crm.values import MOST_MONEY, parse_currency, parse_text

#: an order placed longer than this before a cart's last activity is old news (a shop that sends its past again)
OLD_ORDER = timedelta(days=1)
#: orders in these end no chase of a cart
NOT_PLACED = ("failed", "cancelled")
#: an open cart that nobody touched for so long is abandoned
FORGOTTEN = timedelta(days=30)
_CONTENT = ("lines", "total", "payload", "stage", "checkout_url", "currency")
Status = Cart.Status


def push_cart(
    profile: Profile,
    *,
    cause: Cause,
    key: str,
    lines: Sequence[Mapping[str, Any]] | None = None,
    payload: Mapping[str, Any] | None = None,
    total: int | None = None,
    currency: str | None = None,
    checkout_url: str = "",
    stage: str = "",
    occurred_at: datetime | None = None,
) -> Cart:
    """Keep a cart as it stands now; the first push opens it, one that says it is empty empties it.

    Lines, total (cents) and currency that are not given are read from the payload as plugins write it. An ended cart
    opens again when it changed, unless it was ordered and is pushed once more as it was. Raises Invalid.
    """
    key = parse_text(key, longest=120, field="key")
    if not key:
        raise Invalid(str(_("A cart needs its key.")), field="key")
    payload = dict(payload or {})
    if lines is None:
        lines = lines_of(payload)
    with caused_by(cause), transaction.atomic():
        lock_profiles([profile.pk])
        cart = Cart.objects.filter(profile=profile, key=key).first()
        if cart is None:
            cart = Cart(profile=profile, key=key, currency=currency or Site.current().currency)
        cart.occurred_at_given = occurred_at
        if says_empty(lines, payload):
            return _emptied(cart)
        before = dict(cart.__dict__)
        cart.lines = [dict(line) for line in lines]
        cart.total = total_of(cart.lines, payload) if total is None else total
        cart.payload = payload
        cart.currency = currency or payload.get("cart_currency_code") or cart.currency
        cart.checkout_url = checkout_url or cart.checkout_url
        cart.stage = stage or cart.stage
        if cart.status != Status.CONVERTED or has_other_content(cart, before):
            cart.status = Status.OPEN
        cart.pushes += 1
        cart.is_locked = True
        cart.save()
        return cart


def empty_cart(profile: Profile, *, key: str, cause: Cause, occurred_at: datetime | None = None) -> Cart | None:
    """Empty an open cart; None where the profile has no such cart. An ordered one stays as it is."""
    with caused_by(cause), transaction.atomic():
        lock_profiles([profile.pk])
        cart = Cart.objects.filter(profile=profile, key=key).first()
        if cart is None:
            return None
        cart.occurred_at_given = occurred_at
        return _emptied(cart)


def convert_carts(order: Order, *, cause: Cause) -> list[Cart]:
    """End the carts that became an order: its own by key, else all open ones last touched before it.

    The caller holds the lock of the order's profile.
    """
    with caused_by(cause), transaction.atomic(savepoint=False):
        carts = Cart.objects.filter(profile=order.profile_id)
        own = carts.filter(key=order.cart_key).first() if order.cart_key else None
        if own is not None:
            ended = [own] if own.status in (Status.OPEN, Status.ABANDONED) else []
        else:
            until = order.ordered_at + OLD_ORDER
            ended = list(carts.filter(status=Status.OPEN, last_activity_at__lte=until).order_by("pk"))
        for cart in ended:
            cart.status, cart.is_locked = Status.CONVERTED, True
            cart.save()
        return ended


def abandon_carts(*, idle_for: timedelta, cause: Cause, limit: int = 500) -> int:
    """Mark open carts as abandoned that nobody touched for so long; returns how many, at most `limit`."""
    since = clock.now() - idle_for
    abandoned: list[int] = []

    def abandon(cart: Cart) -> None:
        with caused_by(cause), transaction.atomic():
            lock_profiles([cart.profile_id])
            cart.refresh_from_db()
            if cart.status == Status.OPEN and cart.last_activity_at < since:
                cart.status = Status.ABANDONED
                cart.save()
                abandoned.append(cart.pk)

    idle = Cart.objects.filter(status=Status.OPEN, last_activity_at__lt=since).order_by("last_activity_at")
    each_alone(idle[:limit], abandon)
    return len(abandoned)


@periodic(every=3600)
def abandon_forgotten_carts() -> None:
    """Mark carts as abandoned that nobody touched for a month."""
    while abandon_carts(idle_for=FORGOTTEN, cause=Cause(Origin.BACK_OFFICE, actor="abandoned carts")):
        pass


def has_other_content(cart: Cart, before: Mapping[str, Any]) -> bool:
    """Tell whether a cart holds other things than before; where a payload names no lines, the payload counts."""
    columns = ["lines", "total"] if cart.lines else ["lines", "payload"]
    return any(column in before and before[column] != getattr(cart, column) for column in columns)


def settle_cart(cart: Cart, before: Mapping[str, Any]) -> None:
    """Count a push where the content changed, stamp times and check the values; raises Invalid."""
    check_choice(cart, "status")
    check_choice(cart, "stage")
    read_texts(cart, before)
    if differs(cart, before, "currency"):
        cart.currency = parse_currency(cart.currency)
    if isinstance(cart.total, bool) or not isinstance(cart.total, int) or abs(cart.total) > MOST_MONEY:
        raise Invalid(str(_("The total of a cart is an amount in cents.")), field="total")
    is_touched = differs(cart, before, *_CONTENT) and cart.status == Status.OPEN
    if is_touched and cart.pushes == before.get("pushes", 0):
        cart.pushes += 1
    if not before or cart.pushes != before["pushes"]:
        cart.last_activity_at = clock.now()  # ours, not the shop's: how long it is idle is counted from here
    stamp(cart, before)


def _emptied(cart: Cart) -> Cart:
    if cart.pk is None or cart.status in (Status.OPEN, Status.ABANDONED):
        cart.lines, cart.total, cart.status = [], 0, Status.EMPTIED
        cart.save()
    return cart
