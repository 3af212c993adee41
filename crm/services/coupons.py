"""Coupons: codes given to profiles and used on orders."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause
from crm.errors import Refused
from crm.models import Coupon, CouponPool, Order, Profile, Referral
from crm.tracked import lock_profiles

# No letters and digits that look alike: 2**50 codes.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10
#: how often codes are drawn anew where one of them exists already
_DRAWS = 5
_GIVEN = (
    "profile",
    "given_at",
    "valid_until",
    "referral",
    "origin",
    "actor",
    "workflow_id",
    "run_id",
    "step_id",
    "depth",
)


@dataclass(frozen=True, slots=True)
class Gift:
    """A code of a pool to be given to a profile."""

    profile_id: int
    pool_id: int
    cause: Cause
    referral_id: int | None = None


def give_coupon(profile: Profile, *, pool: CouponPool, cause: Cause, referral: Referral | None = None) -> Coupon:
    """Give a profile the next code of a pool, or a new one where the pool generates them; raises Refused when empty."""
    made = give_coupons_many([Gift(profile.pk, pool.pk, cause, referral.pk if referral else None)])[0]
    if isinstance(made, Refused):
        raise made
    return made


def give_coupons_many(gifts: Sequence[Gift]) -> list[Coupon | Refused]:
    """Give many codes; one coupon (with its pool) or refusal for each gift, in order.

    The number of queries grows with the pools only. The last codes of a pool go to the first gifts.
    """
    outcomes: list[Coupon | Refused] = []
    with transaction.atomic():
        lock_profiles(gift.profile_id for gift in gifts)
        pools = CouponPool.objects.in_bulk({gift.pool_id for gift in gifts})
        wanted: dict[int, list[Gift]] = defaultdict(list)
        for gift in gifts:
            wanted[gift.pool_id].append(gift)
        # Rows that many share are locked last, in the order of their ids.
        given = {pk: iter(_give_out(pools[pk], wanted[pk])) for pk in sorted(pools)}
        for gift in gifts:
            coupon = next(given[gift.pool_id], None)
            outcomes.append(coupon or Refused(_empty(pools[gift.pool_id])))
    return outcomes


def take_back_coupons(referral: Referral) -> int:
    """Take back the coupons that a referral gave and nobody used; returns how many."""
    rows = Coupon.objects.filter(referral=referral, used_at=None, taken_back_at=None)
    return rows.update(taken_back_at=clock.now())


def use_coupon(order: Order) -> Coupon | None:
    """Note that an order used its coupon; None for a code that is not ours, another's, taken back or used."""
    if not order.coupon:
        return None
    with transaction.atomic():
        coupon = db.locked(Coupon.objects.filter(code=order.coupon, used_at=None, taken_back_at=None)).first()
        if coupon is None or coupon.profile_id not in (None, order.profile_id):
            return None
        coupon.order, coupon.used_at = order, clock.now()
        coupon.profile_id = order.profile_id
        coupon.given_at = coupon.given_at or coupon.used_at
        coupon.save(update_fields=["order", "used_at", "profile", "given_at"])
        return coupon


def _give_out(pool: CouponPool, gifts: Sequence[Gift]) -> list[Coupon]:
    """Return coupons of a pool for the first gifts, as many as there are."""
    if pool.is_generated:
        return _generated(pool, gifts)
    coupons = [_given(coupon, pool, gift) for coupon, gift in zip(_claimed(pool, len(gifts)), gifts, strict=False)]
    db.update_rows(coupons, _GIVEN)
    return coupons


def _claimed(pool: CouponPool, number: int) -> list[Coupon]:
    """Lock so many free codes of a pool, the oldest first; fewer only where there are no more."""
    free = Coupon.objects.filter(pool=pool, profile=None, used_at=None).order_by("pk")
    coupons = list(db.locked(free, skip=True)[:number])
    if len(coupons) < number:
        # Codes that others hold now are free again if these fail: whether the pool is empty is known after them.
        mine = [coupon.pk for coupon in coupons]
        coupons += db.locked(free.exclude(pk__any_of=mine))[: number - len(coupons)]
    return coupons


def _generated(pool: CouponPool, gifts: Sequence[Gift]) -> list[Coupon]:
    for _draw in range(_DRAWS - 1):
        try:
            with transaction.atomic():
                return list(db.insert_rows(_drawn(pool, gifts)))
        except IntegrityError:
            continue
    return list(db.insert_rows(_drawn(pool, gifts)))


def _drawn(pool: CouponPool, gifts: Sequence[Gift]) -> list[Coupon]:
    return [_given(Coupon(pool=pool, code=pool.prefix + _random_part()), pool, gift) for gift in gifts]


def _random_part() -> str:
    return "".join(secrets.choice(_ALPHABET) for _index in range(_LENGTH))


def _given(coupon: Coupon, pool: CouponPool, gift: Gift) -> Coupon:
    now = clock.now()
    coupon.pool = pool
    coupon.profile_id, coupon.referral_id, coupon.given_at = gift.profile_id, gift.referral_id, now
    coupon.valid_until = now + timedelta(days=pool.valid_for_days) if pool.valid_for_days else None
    for column, value in gift.cause.columns().items():
        setattr(coupon, column, value)
    return coupon


def _empty(pool: CouponPool) -> str:
    return str(_("The coupon pool “%(name)s” is empty.") % {"name": pool.name})
