"""Rewards: points turned into coupons, by the profile on its pot page or by customer service."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.cause import Cause
from crm.errors import Refused
from crm.models import Coupon, Movement, Pot, Profile, Reward
from crm.services.coupons import give_coupon
from crm.services.pots import move_points
from crm.tracked import lock_profiles


def redeem_reward(profile: Profile, *, reward: Reward, cause: Cause, after: int | None = None) -> Coupon:
    """Turn points into the reward's coupon; raises Refused for too few points, an empty pool, a reward not offered.

    `after` is the number of movements that whoever asks has seen: asked twice for one look at the pot, it is done once,
    and the same coupon is returned.
    """
    with transaction.atomic():
        lock_profiles([profile.pk])
        if after is not None and (given := _given_already(profile, reward, number=after + 1)):
            return given
        now = Reward.objects.select_related("pool").filter(pk=reward.pk, is_active=True).first()
        if now is None:
            raise Refused(str(_("This reward is not offered any more.")))
        if after is not None and after != _moved(profile):
            raise Refused(str(_("Your points have changed meanwhile. Look at them and choose again.")))
        move_points(profile, points=-now.points, cause=cause, source=Movement.Source.REWARD, reason=now.name)
        return give_coupon(profile, pool=now.pool, cause=cause)


def _given_already(profile: Profile, reward: Reward, *, number: int) -> Coupon | None:
    """Return the coupon for which this reward's points were taken by the movement with a number."""
    taken = Movement.objects.filter(
        profile=profile, number=number, source=Movement.Source.REWARD, points=-reward.points, reason=reward.name
    ).first()
    if taken is None:
        return None
    # made in the transaction of the movement, behind it
    coupons = Coupon.objects.filter(profile=profile, pool=reward.pool_id, given_at__gte=taken.recorded_at)
    return coupons.order_by("given_at", "pk").first()


def _moved(profile: Profile) -> int:
    return Pot.objects.filter(profile=profile).values_list("movements_count", flat=True).first() or 0
