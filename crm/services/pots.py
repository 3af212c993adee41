"""Pots: points that come and go; the only code that moves a balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.bare import bare_row
from crm.cause import Cause, current
from crm.errors import Invalid, Refused
from crm.models import Movement, Order, Pot, Profile, Referral
from crm.services.stamps import check_choice, read_texts
from crm.signals import Change, state
from crm.tracked import UntrackedWrite, lock_profiles
from crm.values import MOST_POINTS, parse_text


@dataclass(frozen=True, slots=True)
class Move:
    """Points to give to one profile, or to take where negative; only a take-back may go below zero."""

    profile_id: int
    points: int
    cause: Cause
    source: str
    reason: str = ""
    order_id: int | None = None
    referral_id: int | None = None
    may_go_negative: bool = False
    occurred_at: datetime | None = None


def move_points(
    profile: Profile,
    *,
    points: int,
    cause: Cause,
    source: str,
    reason: str = "",
    order: Order | None = None,
    referral: Referral | None = None,
    may_go_negative: bool = False,
    occurred_at: datetime | None = None,
) -> Movement:
    """Give points, or take them where negative; raises Refused for more than there is, Invalid for no number."""
    if isinstance(points, bool) or not isinstance(points, int) or not points or abs(points) > MOST_POINTS:
        raise Invalid(str(_("Points are a whole number other than zero.")), field="points")
    move = Move(
        profile.pk,
        points,
        cause,
        source,
        parse_text(reason, longest=250, field="reason"),
        order.pk if order else None,
        referral.pk if referral else None,
        may_go_negative,
        occurred_at,
    )
    made = move_points_many([move])[0]
    if isinstance(made, Refused):
        raise made
    return made


def move_points_many(moves: Sequence[Move]) -> list[Movement | Refused]:
    """Move points of many profiles with a fixed number of queries; one movement or refusal for each move, in order.

    Moves of one profile see each other. Nothing else of a batch is undone by a refusal.
    """
    if not moves:
        return []
    with transaction.atomic():
        profile_ids = {move.profile_id for move in moves}
        lock_profiles(profile_ids)
        pots = _pots(profile_ids)
        now = clock.now()
        outcomes: list[Movement | Refused] = []
        changes: list[Change] = []
        moved: dict[int, Pot] = {}
        for move in moves:
            pot = pots[move.profile_id]
            before = pot.balance
            after = before + move.points
            if not move.points or (after < 0 and move.points < 0 and not move.may_go_negative):
                outcomes.append(Refused(_too_few(before, move.points)))
                continue
            when = move.occurred_at or now
            pot.balance = after
            pot.movements_count += 1
            pot.earned += earned_by(move.points, move.order_id, move.referral_id)
            pot.updated_at = now
            moved[move.profile_id] = pot
            cause = move.cause
            movement = bare_row(
                Movement,
                pot_id=pot.pk,
                profile_id=move.profile_id,
                number=pot.movements_count,
                points=move.points,
                balance_before=before,
                balance_after=after,
                source=move.source,
                reason=move.reason,
                order_id=move.order_id,
                referral_id=move.referral_id,
                occurred_at=when,
                recorded_at=now,
                **cause.columns(),
            )
            outcomes.append(movement)
            changes.append(Change(movement, cause, when, now, created=True))
        db.insert_rows([change.row for change in changes])
        db.update_rows(list(moved.values()), ("balance", "earned", "movements_count", "updated_at"))
        state(changes)
    return outcomes


def earned_by(points: int, order_id: int | None, referral_id: int | None) -> int:
    """Return what a movement adds to the points earned in total: a take-back for an order or referral unearns."""
    return points if points > 0 or order_id is not None or referral_id is not None else 0


def settle_movement(movement: Movement, before: Mapping[str, Any]) -> None:
    """Number a new movement and move the balance; a second save raises UntrackedWrite, too few points Refused."""
    if before:
        raise UntrackedWrite("a movement is written once and never changed")
    check_choice(movement, "source")
    read_texts(movement, before)
    pot = _pots({movement.profile_id})[movement.profile_id]
    now = clock.now()
    movement.pot = pot
    movement.balance_before = pot.balance
    movement.balance_after = pot.balance + movement.points
    if not movement.points or (movement.balance_after < 0 and movement.points < 0):
        raise Refused(_too_few(pot.balance, movement.points))
    pot.movements_count += 1
    movement.number = pot.movements_count
    movement.occurred_at = movement.occurred_at_given or now
    movement.recorded_at = now
    for column, value in current().columns().items():
        setattr(movement, column, value)
    pot.balance = movement.balance_after
    pot.earned += earned_by(movement.points, movement.order_id, movement.referral_id)
    pot.updated_at = now
    pot.save()


def _pots(profile_ids: set[int]) -> dict[int, Pot]:
    """Return the pots of locked profiles, made where there is none yet."""
    pots: dict[int, Pot] = {}
    for batch in db.batches(profile_ids):
        pots.update((pot.profile_id, pot) for pot in Pot.objects.filter(profile__in=batch))
    missing = [Pot(profile_id=profile_id) for profile_id in sorted(profile_ids - pots.keys())]
    for pot in db.insert_rows(missing):
        pots[pot.profile_id] = pot
    return pots


def _too_few(balance: int, points: int) -> str:
    if not points:
        return str(_("There are no points to move."))
    return str(_("There are %(balance)d points; %(points)d cannot be taken.") % {"balance": balance, "points": -points})
