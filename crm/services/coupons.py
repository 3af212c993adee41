"""Coupons: codes given to profiles and used on orders."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause, caused_by
from crm.errors import Refused
from crm.models import Coupon, CouponPool, Movement, Order, Profile, Referral, Reward
from crm.services.pots import move_points
from crm.tracked import lock_profiles
from crm.values import parse_text

# No letters and digits that look alike.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10
#: a pool with no more than this part of its codes left is nearly empty
LOW = 0.1


def give_coupon(profile: Profile, *, pool: CouponPool, cause: Cause, referral: Referral | None = None) -> Coupon:
    """Give a profile the next code of a pool, or a new one where the pool generates them; raises Refused when empty."""
    with caused_by(cause), transaction.atomic():
        lock_profiles([profile.pk])
        coupon = _generated(pool) if pool.is_generated else _next(pool)
        now = clock.now()
        coupon.profile, coupon.given_at, coupon.referral = profile, now, referral
        coupon.valid_until = now + timedelta(days=pool.valid_for_days) if pool.valid_for_days else None
        for column, value in cause.columns().items():
            setattr(coupon, column, value)
        coupon.save()
        return coupon


def redeem_reward(profile: Profile, *, reward: Reward, cause: Cause) -> Coupon:
    """Turn points into the reward's coupon; raises Refused for too few points, an empty pool, a reward not offered."""
    if not reward.is_active:
        raise Refused(str(_("This reward is not offered any more.")))
    with transaction.atomic():
        move_points(profile, points=-reward.points, cause=cause, source=Movement.Source.REWARD, reason=reward.name)
        return give_coupon(profile, pool=reward.pool, cause=cause)


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


def add_codes(pool: CouponPool, *, codes: Iterable[str]) -> int:
    """Add codes to a pool; those that exist already are passed over. Returns how many are new."""
    wanted = {parse_text(code, longest=60, field="codes") for code in codes} - {""}
    new = 0
    with transaction.atomic():
        for batch in _batches(sorted(wanted)):
            known = set(Coupon.objects.filter(code__in=batch).values_list("code", flat=True))
            rows = [Coupon(pool=pool, code=code) for code in batch if code not in known]
            new += len(Coupon.objects.bulk_create(rows))
    return new


def _next(pool: CouponPool) -> Coupon:
    free = Coupon.objects.filter(pool=pool, profile=None, used_at=None).order_by("pk")
    coupon = db.locked(free, skip=True).first()
    if coupon is None:
        raise Refused(str(_("The coupon pool “%(name)s” is empty.") % {"name": pool.name}))
    return coupon


def _generated(pool: CouponPool) -> Coupon:
    while True:
        code = pool.prefix + "".join(secrets.choice(_ALPHABET) for _index in range(_LENGTH))
        coupon = Coupon(pool=pool, code=code)
        try:
            with transaction.atomic():
                coupon.save()
        except IntegrityError:
            continue
        return coupon


def _batches(codes: list[str]) -> Iterable[list[str]]:
    return (codes[start : start + db.ID_BATCH] for start in range(0, len(codes), db.ID_BATCH))
