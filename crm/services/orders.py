"""Orders: what the shop told, and the rules of their status (spec section 1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.cause import Cause, caused_by
from crm.errors import Invalid, Refused
from crm.models import Order, Profile, ShopStatus, Site
from crm.models.order import PAID_STATUSES
from crm.services.order_lines import replace_lines
from crm.services.order_status import is_old_news, note_status, takes_status
from crm.services.ownership import follow_order
from crm.services.stamps import check_choice, differs, read_texts, stamp
from crm.tracked import lock_profiles
from crm.values import MOST_MONEY, parse_currency, parse_text


def upsert_order(
    profile: Profile,
    *,
    cause: Cause,
    reference: str,
    status: str | None = None,
    shop_status: str = "",
    amount: int | None = None,
    currency: str | None = None,
    lines: Sequence[Mapping[str, Any]] | None = None,
    coupon: str = "",
    cart_key: str = "",
    failure: Mapping[str, str] | None = None,
    occurred_at: datetime | None = None,
) -> tuple[Order, bool]:
    """Create or update an order by the shop's reference; tells whether it was created. `amount` is in cents.

    What is not given stays as it is; lines given replace all. Without a status the map of the shop's own statuses
    says what `shop_status` means; a word it does not know leaves the status (a new order is new). What comes late, with
    a status that lies behind and from before the one that stands, changes neither amount nor lines.
    Raises Invalid, and Refused where the order is another profile's.
    """
    reference = parse_text(reference, longest=120, field="reference")
    if not reference:
        raise Invalid(str(_("An order needs its reference.")), field="reference")
    with caused_by(cause), transaction.atomic():
        lock_profiles(Order(profile=profile).locked_profile_ids())
        order = Order.objects.filter(reference=reference).first()
        created = order is None
        if order is None:
            order = Order(profile=profile, reference=reference, currency=currency or Site.current().currency)
        elif order.profile_id != profile.pk:
            raise Refused(str(_("The order %(reference)s is another customer's.") % {"reference": reference}))
        given = {
            "status": status or meaning_of(shop_status),
            "shop_status": shop_status or None,
            "amount": amount,
            "currency": currency or None,
            "coupon": coupon or None,
            "cart_key": cart_key or None,
            "failure_code": (failure or {}).get("code"),
            "failure_message": (failure or {}).get("message"),
        }
        for column, value in given.items():
            if value is not None:
                setattr(order, column, value)
        order.occurred_at_given = occurred_at
        has_new_lines = False
        if created:
            order.lines_given = lines
        elif is_old_news(order, order._loaded):
            order.amount = order._loaded["amount"]
        elif lines is not None:
            has_new_lines = replace_lines(order, lines)
        order.is_locked = True
        try:
            order.save()
        except IntegrityError as error:
            if not created:
                raise
            # Two customers, one reference, at the same moment.
            raise Refused(
                str(_("The order %(reference)s is another customer's.") % {"reference": reference})
            ) from error
        if has_new_lines:
            follow_order(order)
        return order, created


def meaning_of(shop_status: str) -> str | None:
    """Return what a shop's own status means by the map that admins edit; None where it says nothing."""
    if not shop_status:
        return None
    return ShopStatus.objects.filter(key=shop_status.strip().casefold()).values_list("status", flat=True).first()


def settle_order(order: Order, before: Mapping[str, Any]) -> None:
    """Apply the rules of status, stamp times and check values; raises Invalid."""
    now = clock.now()
    check_choice(order, "status")
    read_texts(order, before)
    if differs(order, before, "currency"):
        order.currency = parse_currency(order.currency)
    if not isinstance(order.amount, int) or not 0 <= order.amount <= MOST_MONEY:
        raise Invalid(str(_("The amount of an order is zero or more.")), field="amount")
    if before and before["profile_id"] != order.profile_id:
        raise Invalid(str(_("An order stays with its customer.")), field="profile")
    order.ordered_at = order.ordered_at or order.occurred_at_given or now
    if before and not takes_status(order, before):
        note_status(order, before)
        order.status, order.shop_status = before["status"], before["shop_status"]
        order.ordered_at = min(order.ordered_at, order.occurred_at_given or order.ordered_at)
    if order.status in PAID_STATUSES and order.paid_at is None:
        order.paid_at = order.occurred_at_given or now
    stamp(order, before)
