"""Pots, movements, the order-points programme, rewards, tiers and coupons."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from crm.cause import Cause, Origin
from crm.models import Coupon, CouponPool, Movement, PointsProgramme, Pot, Profile, Reward, Tier
from crm.services.pots import move_points
from tests.factories.people import ProfileFactory


def give_points(profile: Profile, points: int, source: str = "back_office") -> Movement:
    """Move points as the back-office does."""
    return move_points(profile, points=points, cause=Cause(Origin.BACK_OFFICE), source=source)


class MovementFactory(DjangoModelFactory[Movement]):
    class Meta:
        model = Movement

    profile = factory.SubFactory(ProfileFactory)
    points = 10
    source = "back_office"


class PotFactory(DjangoModelFactory[Pot]):
    """A pot with a balance that movements add up to."""

    class Meta:
        model = Pot

    profile = factory.SubFactory(ProfileFactory)
    balance = 100

    @classmethod
    def _create(cls, model_class: type[Pot], *args: Any, **kwargs: Any) -> Pot:
        profile, balance = kwargs["profile"], kwargs["balance"]
        if not balance:
            return model_class.objects.create(profile=profile)
        give_points(profile, balance)
        return model_class.objects.get(profile=profile)


class PointsProgrammeFactory(DjangoModelFactory[PointsProgramme]):
    class Meta:
        model = PointsProgramme

    id = 1
    is_active = True
    cents_per_point = 100
    crediting_statuses = factory.LazyFunction(lambda: ["paid", "shipped", "delivered"])


class CouponPoolFactory(DjangoModelFactory[CouponPool]):
    class Meta:
        model = CouponPool

    name = factory.Sequence(lambda n: f"Pool {n}")
    value = 10


class CouponFactory(DjangoModelFactory[Coupon]):
    class Meta:
        model = Coupon

    pool = factory.SubFactory(CouponPoolFactory)
    code = factory.Sequence(lambda n: f"CODE{n}")


class RewardFactory(DjangoModelFactory[Reward]):
    class Meta:
        model = Reward

    name = factory.Sequence(lambda n: f"Reward {n}")
    points = 50
    pool = factory.SubFactory(CouponPoolFactory, is_generated=True)


class TierFactory(DjangoModelFactory[Tier]):
    class Meta:
        model = Tier

    name = factory.Sequence(lambda n: f"Tier {n}")
    threshold = factory.Sequence(lambda n: n * 100)
