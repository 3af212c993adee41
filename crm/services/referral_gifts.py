"""What a referral gives to sponsor and referee: points, coupons, and their taking back."""

from django.utils.translation import gettext_lazy as _

from crm.cause import Cause, Origin
from crm.errors import Refused
from crm.models import Coupon, CouponPool, Movement, Profile, Referral, ReferralSettings
from crm.services.coupons import give_coupon, take_back_coupons
from crm.services.pots import Move, move_points_many
from crm.services.referrals import settings_of


def follow_status(referral: Referral, *, cause: Cause) -> None:
    """Give what a validated referral gives, take back what one gave that is no longer; twice is once.

    The caller holds the locks of both profiles.
    """
    settings = settings_of(referral.module)
    by_referral = Cause(Origin.REFERRAL, actor=cause.actor, depth=cause.depth)
    if referral.status == Referral.Status.VALIDATED:
        _give(referral, settings, by_referral)
    else:
        _take_back(referral, by_referral)


def _give(referral: Referral, settings: ReferralSettings, cause: Cause) -> None:
    given = _points_given(referral)
    gifts: list[tuple[Profile, int, CouponPool | None]] = [
        (referral.sponsor, settings.sponsor_points, settings.sponsor_pool),
        (referral.referee, settings.referee_points, settings.referee_pool),
    ]
    _move(referral, {profile.pk: points for profile, points, _pool in gifts if not given.get(profile.pk)}, cause)
    for profile, _points, pool in gifts:
        held = Coupon.objects.filter(referral=referral, profile=profile, taken_back_at=None)
        if pool is not None and not held.exists():
            try:
                give_coupon(profile, pool=pool, cause=cause, referral=referral)
            except Refused:
                pass  # an empty pool does not undo the referral; the pool's page warns before it is empty


def _take_back(referral: Referral, cause: Cause) -> None:
    _move(referral, {profile_id: -points for profile_id, points in _points_given(referral).items()}, cause)
    take_back_coupons(referral)


def _points_given(referral: Referral) -> dict[int, int]:
    given: dict[int, int] = {}
    for profile_id, points in Movement.objects.filter(referral=referral).values_list("profile_id", "points"):
        given[profile_id] = given.get(profile_id, 0) + points
    return given


def _move(referral: Referral, points_of: dict[int, int], cause: Cause) -> None:
    move_points_many(
        [
            Move(
                profile_id,
                points,
                cause,
                Movement.Source.REFERRAL,
                str(_("Referral validated") if points > 0 else _("Referral taken back")),
                referral_id=referral.pk,
                may_go_negative=points < 0,
            )
            for profile_id, points in points_of.items()
            if points
        ]
    )
