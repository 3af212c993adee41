"""What follows from facts inside crm, whichever door they came through: receivers of `settled`, same transaction."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save

from crm import clock, objections
from crm.consent_sources import ConsentSource
from crm.models import (
    Consent,
    ConsentDefinition,
    ConsentStatus,
    CustomValue,
    Order,
    OrderLine,
    Participation,
    Profile,
    ProfileTag,
    Referral,
    Site,
)
from crm.models.order import ENDED_STATUSES
from crm.services import (
    carts,
    consents,
    coupons,
    expiry,
    order_points,
    order_status,
    ownership,
    referral_gifts,
    referrals,
)
from crm.signals import Change, settled
from crm.tracked import Tracked


def after_orders(sender: type[Order], changes: list[Change], **_kwargs: Any) -> None:
    """Keep the history, ownership, carts, coupons, points, referrals and consents in step with orders."""
    order_status.write_status_history(changes)
    ownership.follow_orders(changes)
    order_points.follow_programme(changes)
    for change in changes:
        order: Order = change.row
        if change.deleted:
            continue
        moved = change.created or {"status", "amount"} & change.before.keys()
        began = change.created or change.before.get("status") in ENDED_STATUSES
        if began and order.status not in ENDED_STATUSES:
            carts.convert_carts(order, cause=change.cause)
            coupons.use_coupon(order)
        if moved:
            referrals.follow_referee(order.profile_id, cause=change.cause)
        if change.created:
            bases = _bases(Site.order_legal_bases.through)
            consents.accept_legal_bases(
                order.profile_id,
                definitions=bases,
                source=ConsentSource.ORDER,
                source_id=order.reference,
                cause=change.cause,
            )
            expiry.prolong([order.profile_id], act=expiry.Act.ORDER, at=change.recorded_at)


def after_order_line(sender: type[OrderLine], instance: OrderLine, **_kwargs: Any) -> None:
    """Let ownership follow a line that was saved or deleted by itself (the back-office's inline)."""
    ownership.follow_order(instance.order)


def after_profiles(sender: type[Profile], changes: list[Change], **_kwargs: Any) -> None:
    """Give back what an erased owner of the address refused; accept the legal bases that an account gives.

    An import gives none.
    """
    objections.restore_objections(changes)
    made = [change for change in changes if change.created and change.cause.origin != "import"]
    bases = _bases(Site.account_legal_bases.through) if made else []
    for change in made if bases else ():
        consents.accept_legal_bases(
            change.row.pk, definitions=bases, source=ConsentSource.ACCOUNT, source_id="", cause=change.cause
        )


def after_consents(sender: type[Consent], changes: list[Change], **_kwargs: Any) -> None:
    """Keep the history of consents; a confirmation may meet a referral's objective."""
    consents.write_history(changes)
    for change in changes:
        if change.before.get("status") == ConsentStatus.TO_CONFIRM and change.row.status == ConsentStatus.ACCEPTED:
            referrals.follow_referee(change.row.profile_id, cause=change.cause)
    touch_profiles(changes)


def after_participations(sender: type[Participation], changes: list[Change], **_kwargs: Any) -> None:
    """Let taking part prolong the consents for which it counts."""
    ids = [change.row.profile_id for change in changes if change.created]
    if ids:
        expiry.prolong(ids, act=expiry.Act.PARTICIPATION, at=changes[0].recorded_at)


def after_referrals(sender: type[Referral], changes: list[Change], **_kwargs: Any) -> None:
    """Look at the objectives of a new referral; give or take back the gifts of one whose status changed."""
    for change in changes:
        if change.created and change.row.status == Referral.Status.PENDING:
            referrals.follow_referral(change.row, cause=change.cause)
        elif (change.created or "status" in change.before) and not change.deleted:
            referral_gifts.follow_status(change.row, cause=change.cause)


def touch_profiles(changes: list[Change], sender: type[Tracked] | None = None, **_kwargs: Any) -> None:
    """Count a change of tags, custom values and consents as a change of the profile, for V2's lists by time."""
    ids = {change.row.profile_id for change in changes}
    QuerySet(Profile).filter(pk__any_of=ids).update(updated_at=clock.now())


def _bases(chosen: Any) -> list[ConsentDefinition]:
    """Return the legal bases chosen in the settings, by one query."""
    rows = chosen.objects.filter(site=1, consentdefinition__is_archived=False).select_related("consentdefinition")
    return [row.consentdefinition for row in rows]


def connect() -> None:
    """Connect the receivers."""
    for model, receiver in (
        (Order, after_orders),
        (Profile, after_profiles),
        (Consent, after_consents),
        (Participation, after_participations),
        (Referral, after_referrals),
        (ProfileTag, touch_profiles),
        (CustomValue, touch_profiles),
    ):
        settled.connect(receiver, sender=model, dispatch_uid=f"crm.{receiver.__name__}.{model.__name__}")
    for signal in (post_save, post_delete):
        signal.connect(after_order_line, sender=OrderLine, dispatch_uid="crm.after_order_line")
