"""What actions grant and withdraw inside the house: coupons and consents, any number of them by one call."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from actions.base import Done, Effect, Failed, Outcome, Skipped
from actions.reasons import NOT_GIVEN
from crm.errors import Refused
from crm.models import ConsentDefinition, ConsentStatus, Coupon, CouponPool
from crm.services.consent_moves import ConsentMove, move_consents_many
from crm.services.coupons import Gift, give_coupons_many
from crm.values import write_money

#: where a consent stands that can be withdrawn
GIVEN = frozenset({ConsentStatus.ACCEPTED.value, ConsentStatus.TO_CONFIRM.value})


@dataclass(frozen=True, slots=True)
class GiveCoupon(Effect):
    """Give a code of a pool (by its uid)."""

    pool: str

    @classmethod
    def apply_many(cls, effects: "list[GiveCoupon]") -> list[Outcome]:
        """Give all codes with one call; an empty pool fails."""
        found = CouponPool.objects.filter(uid__in={each.pool for each in effects}).values_list("uid", "pk")
        pools = {str(uid): pk for uid, pk in found}
        there = [each for each in effects if each.pool in pools]
        gifts = [Gift(each.step.profile_id, pools[each.pool], each.step.cause) for each in there]
        given = iter(give_coupons_many(gifts))
        return [
            _given(next(given)) if each.pool in pools else Failed(str(_("The coupon pool is gone.")))
            for each in effects
        ]


@dataclass(frozen=True, slots=True)
class WithdrawConsents(Effect):
    """Refuse consents that are accepted, or wait to be confirmed."""

    names: tuple[str, ...]

    @classmethod
    def apply_many(cls, effects: "list[WithdrawConsents]") -> list[Outcome]:
        """Refuse all with one call; a profile that accepted none of them is skipped."""
        names = {name for each in effects for name in each.names}
        ids = dict(ConsentDefinition.objects.filter(name__in=names).values_list("name", "pk"))
        pairs = [(index, name) for index, each in enumerate(effects) for name in each.names if name in ids]
        moves = [
            ConsentMove(effects[at].step.profile_id, ids[name], ConsentStatus.REFUSED, GIVEN, effects[at].step.cause)
            for at, name in pairs
        ]
        withdrawn: dict[int, list[str]] = defaultdict(list)
        for (at, name), (old, _consent) in zip(pairs, move_consents_many(moves), strict=True):
            if old in GIVEN:
                withdrawn[at].append(name)
        return [
            Done({"withdrawn": withdrawn[at]}) if withdrawn[at] else Skipped(NOT_GIVEN) for at in range(len(effects))
        ]


def _given(made: Coupon | Refused) -> Outcome:
    if isinstance(made, Refused):
        return Failed(made.message)
    pool = made.pool
    is_percent = pool.discount == CouponPool.Discount.PERCENT
    coupon = {
        "code": made.code,
        "name": pool.name,
        "discount": pool.discount,
        "value": str(pool.value) if is_percent else write_money(pool.value),
        "minimum": write_money(pool.minimum) if pool.minimum else "",
        "valid_until": made.valid_until.isoformat() if made.valid_until else "",
    }
    return Done({"code": made.code}, {"coupon": coupon})
