"""Referrals: who brought whom, and which objectives are met."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.cause import Cause, caused_by
from crm.errors import Invalid, Refused
from crm.models import (
    ConsentChange,
    ConsentStatus,
    Module,
    Order,
    Profile,
    Referral,
    ReferralSettings,
)
from crm.models.order import ENDED_STATUSES
from crm.services.stamps import check_choice, stamp
from crm.tracked import lock_profiles
from crm.values import alias_key

SIGNED_UP, CONFIRMED_EMAIL, ORDERED = "signed_up", "confirmed_email", "ordered"
#: what an objective is called where people read it
OBJECTIVES = {
    SIGNED_UP: _("The referee signed up"),
    CONFIRMED_EMAIL: _("The referee confirmed the e-mail"),
    ORDERED: _("The referee ordered"),
}
Status = Referral.Status


def start_referral(sponsor: Profile, referee: Profile, *, module: Module, cause: Cause) -> Referral:
    """Record that a sponsor brought a referee; validated at once where all objectives are met already.

    Raises Refused where the referee has a sponsor or an order already, or would be their own sponsor.
    """
    with caused_by(cause), transaction.atomic():
        referral = Referral(module=module, sponsor=sponsor, referee=referee)
        referral.save()
        return referral


def sponsors_of(profile_id: int) -> list[int]:
    """Return the id of a profile's sponsor, if there is one: what follows from an order may move its points."""
    return list(Referral.objects.filter(referee=profile_id).values_list("sponsor_id", flat=True))


def follow_referee(profile_id: int, *, cause: Cause) -> None:
    """Look again at the objectives of the referral that brought a profile, if there is one."""
    referral = Referral.objects.filter(referee=profile_id).select_related("module__referral_settings").first()
    if referral is not None:
        follow_referral(referral, cause=cause)


def follow_referral(referral: Referral, *, cause: Cause) -> None:
    """Validate a referral that meets all objectives, take back one whose order was cancelled or refunded.

    What it gives follows as a consequence of the change of status.
    """
    with caused_by(cause), transaction.atomic():
        lock_profiles(referral.locked_profile_ids())
        settings = settings_of(referral.module)
        order = qualifying_order(referral, settings)
        reached = _reached(referral, order)
        if referral.status == Status.PENDING:
            referral.objectives = reached
            if all(objective in reached for objective in needed(settings)):
                referral.status = Status.VALIDATED
                referral.order = order if settings.needs_order else None
                referral.validated_at = referral.validated_at or clock.now()
                referral.taken_back_at = None
        elif settings.takes_back and _has_lost_its_order(referral):
            if order is not None:
                referral.order = order  # another order stands for it
            else:
                referral.objectives = reached
                referral.status, referral.order = Status.PENDING, None
                referral.taken_back_at = clock.now()
        referral.save()


def settings_of(module: Module) -> ReferralSettings:
    """Return the settings of a referral module, the defaults where nobody set any."""
    found = ReferralSettings.objects.filter(module=module).first()
    return found or ReferralSettings(module=module)


def needed(settings: ReferralSettings) -> list[str]:
    """List the objectives that must be met, all of them."""
    ticked = {
        SIGNED_UP: settings.needs_signup,
        CONFIRMED_EMAIL: settings.needs_confirmed_email,
        ORDERED: settings.needs_order,
    }
    return [objective for objective, is_ticked in ticked.items() if is_ticked]


def qualifying_order(referral: Referral, settings: ReferralSettings) -> Order | None:
    """Return the referee's first order that stands and reaches the amount."""
    orders = Order.objects.filter(profile=referral.referee_id, amount__gte=settings.minimum_order)
    return orders.exclude(status__in=ENDED_STATUSES).order_by("ordered_at", "id").first()


def settle_referral(referral: Referral, before: Mapping[str, Any]) -> None:
    """Apply the rules of sponsoring to a new referral, stamp times; raises Refused or Invalid."""
    check_choice(referral, "status")
    if not before:
        _check_new(referral)
    elif (before["sponsor_id"], before["referee_id"]) != (referral.sponsor_id, referral.referee_id):
        raise Invalid(str(_("A referral stays with its sponsor and its referee.")), field="sponsor")
    if referral.status == Status.VALIDATED and referral.validated_at is None:
        referral.validated_at = referral.occurred_at_given or clock.now()
    stamp(referral, before)


def _reached(referral: Referral, order: Order | None) -> list[str]:
    reached = [SIGNED_UP]
    confirmations = ConsentChange.objects.filter(
        profile=referral.referee_id, old_status=ConsentStatus.TO_CONFIRM, status=ConsentStatus.ACCEPTED
    )
    if CONFIRMED_EMAIL in referral.objectives or confirmations.exists():
        reached.append(CONFIRMED_EMAIL)
    if order is not None:
        reached.append(ORDERED)
    return reached


def _has_lost_its_order(referral: Referral) -> bool:
    if referral.order_id is None:
        return False
    return Order.objects.filter(pk=referral.order_id, status__in=ENDED_STATUSES).exists()


def _check_new(referral: Referral) -> None:
    sponsor, referee = referral.sponsor, referral.referee
    if referral.module.kind != Module.Kind.REFERRAL:
        raise Invalid(str(_("This module is no referral module.")), field="module")
    same_mail = bool(sponsor.email) and alias_key(sponsor.email) == alias_key(referee.email)
    if sponsor.pk == referee.pk or same_mail:
        raise Refused(str(_("Nobody sponsors themself.")))
    if Referral.objects.filter(referee=referee).exists():
        raise Refused(str(_("This person has a sponsor already.")))
    if Order.objects.filter(profile=referee).exists():
        raise Refused(str(_("This person has ordered before and cannot be sponsored.")))
