"""Points that follow an order: the programme's and those of workflows (A5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.cause import Cause, Origin
from crm.errors import Refused
from crm.models import Movement, Order, PointsProgramme
from crm.services.pots import Move, move_points_many
from crm.signals import Change
from crm.tracked import lock_profiles


@dataclass(frozen=True, slots=True)
class OrderTarget:
    """How many points an order should have given by one giver: the programme, or the workflow of the cause."""

    order_id: int
    profile_id: int
    target_points: int
    cause: Cause
    source: str


def points_for(amount: int, cents_per_point: int) -> int:
    """Return the points of an amount in cents, rounded down."""
    return max(amount, 0) // cents_per_point


def post_order_points(order: Order, *, target_points: int, cause: Cause, source: str) -> Movement | None:
    """Post the target less what the same giver already gave for the order; None where nothing is due."""
    made = post_order_points_many([OrderTarget(order.pk, order.profile_id, target_points, cause, source)])[0]
    if isinstance(made, Refused):
        raise made
    return made


def post_order_points_many(targets: Sequence[OrderTarget]) -> list[Movement | Refused | None]:
    """Post differences for many orders with a fixed number of queries; taking back may make a balance negative.

    Two targets of one giver and order in a batch: the later counts from where the earlier left it.
    """
    outcomes: list[Movement | Refused | None] = [None] * len(targets)
    with transaction.atomic():
        lock_profiles(target.profile_id for target in targets)
        given = _given({target.order_id for target in targets})
        moves: list[Move] = []
        places: list[int] = []
        for index, target in enumerate(targets):
            giver = (target.order_id, target.source, target.cause.workflow_id)
            difference = target.target_points - given[giver]
            if difference:
                given[giver] += difference
                reason = str(_("Points for the order") if difference > 0 else _("Points for the order taken back"))
                moves.append(
                    Move(
                        target.profile_id,
                        difference,
                        target.cause,
                        target.source,
                        reason,
                        target.order_id,
                        may_go_negative=difference < 0,
                    )
                )
                places.append(index)
        for index, made in zip(places, move_points_many(moves), strict=True):
            outcomes[index] = made
    return outcomes


def follow_programme(changes: list[Change]) -> None:
    """Let the order-points programme follow orders that were made or changed status or amount."""
    moved = [
        change
        for change in changes
        if not change.deleted and (change.created or {"status", "amount"} & change.before.keys())
    ]
    programme = PointsProgramme.objects.filter(is_active=True).first() if moved else None
    if programme is None:
        return
    crediting = set(programme.crediting_statuses)
    given = _given({change.row.pk for change in moved if not change.created})
    targets = []
    for change in moved:
        order: Order = change.row
        got = given[order.pk, Movement.Source.ORDER_POINTS, None]
        if order.status in crediting and "amount" not in change.before and got > 0:
            continue  # what was given at the ratio of its day stays, only the amount or leaving changes it
        target = points_for(order.amount, programme.cents_per_point) if order.status in crediting else 0
        cause = Cause(Origin.ORDER_POINTS, actor=change.cause.actor, depth=change.cause.depth)
        targets.append(OrderTarget(order.pk, order.profile_id, target, cause, Movement.Source.ORDER_POINTS))
    post_order_points_many(targets)


def _given(order_ids: set[int]) -> "defaultdict[tuple[int, str, int | None], int]":
    """Return the points that each giver has given for each order until now."""
    given: defaultdict[tuple[int, str, int | None], int] = defaultdict(int)
    for batch in db.batches(order_ids):
        rows = Movement.objects.filter(order__in=batch).values_list("order_id", "source", "workflow_id")
        for order_id, source, workflow_id, points in rows.order_by().annotate(total=Sum("points")):
            given[order_id, source, workflow_id] += points
    return given
