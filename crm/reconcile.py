"""What must hold of people, pots and orders."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Lag

from crm.models import Consent, ConsentChange, Erasure, Movement, Order, OrderStatusChange, Pot
from crm.reconciliation import promise


@promise
def pots_equal_their_movements() -> Iterator[str]:
    """Each pot's balance and count are those of its movements."""
    pots = Pot.objects.annotate(points=Coalesce(Sum("movements__points"), Value(0)), number=Count("movements")).exclude(
        balance=F("points"), movements_count=F("number")
    )
    for pot in pots:
        yield (
            f"pot {pot.pk} of profile {pot.profile_id}: balance {pot.balance}, movements add up to {pot.points}; "
            f"count {pot.movements_count}, there are {pot.number}"
        )


@promise
def earned_points_are_the_gains() -> Iterator[str]:
    """A pot's points earned in total are its gains, less what was taken back for an order or a referral."""
    counts = Q(movements__points__gt=0) | Q(movements__order__isnull=False) | Q(movements__referral__isnull=False)
    gains = Coalesce(Sum("movements__points", filter=counts), Value(0))
    for pot in Pot.objects.annotate(gains=gains).exclude(earned=F("gains")):
        yield f"pot {pot.pk}: earned {pot.earned}, its movements say {pot.gains}"


@promise
def only_take_backs_go_below_zero() -> Iterator[str]:
    """Nothing but a take-back for an order or a referral leaves a balance below zero."""
    taken = Movement.objects.filter(points__lt=0, balance_after__lt=0, order=None, referral=None)
    for movement in taken:
        left = movement.balance_after
        yield f"movement {movement.pk} (pot {movement.pot_id}): takes {-movement.points}, leaves {left}"


@promise
def movements_follow_each_other() -> Iterator[str]:
    """Each movement begins at the balance that the one before it left, and numbers have no gap."""
    order: dict[str, Any] = {"partition_by": F("pot_id"), "order_by": F("number").asc()}
    rows = Movement.objects.annotate(
        left=Window(Lag("balance_after", default=0), **order), previous=Window(Lag("number", default=0), **order)
    ).values_list("pk", "pot_id", "number", "balance_before", "left", "previous")
    for pk, pot, number, before, left, previous in rows.iterator():
        if before != left or number != previous + 1:
            yield f"movement {pk} (pot {pot}, number {number}): begins at {before} after {left}, follows {previous}"


@promise
def consents_equal_their_history() -> Iterator[str]:
    """A consent stands where the last line of its history left it."""
    last = ConsentChange.objects.filter(profile=OuterRef("profile"), definition=OuterRef("definition")).order_by("-id")
    wrong = Consent.objects.annotate(last=Subquery(last.values("status")[:1])).exclude(status=F("last"))
    for consent in wrong.exclude(status="unknown", last__isnull=True):
        whose = f"consent {consent.pk} of profile {consent.profile_id}"
        yield f"{whose}: {consent.status}, history ends with {consent.last}"


@promise
def orders_equal_their_history() -> Iterator[str]:
    """An order stands where the last status that was applied left it."""
    last = OrderStatusChange.objects.filter(order=OuterRef("pk"), is_applied=True).order_by("-id")
    wrong = Order.objects.annotate(last=Subquery(last.values("status")[:1])).exclude(status=F("last"))
    for order in wrong:
        yield f"order {order.reference}: {order.status}, history ends with {order.last}"


@promise
def nobody_is_erased_by_half() -> Iterator[str]:
    """No erasure was stopped by an error."""
    for erasure in Erasure.objects.parked():
        yield f"the erasure of profile {erasure.profile_id} stopped: {erasure.stopped_by}"
