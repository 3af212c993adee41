"""V2 cagnottes: the movements of pots."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from crm.api import examples
from crm.api.auth import allows
from crm.api.idempotency import posting
from crm.api.lists import ListQuery, page, texts
from crm.api.people import CustomerRef, whom
from crm.api.routing import SlashRouter, documented
from crm.api.values import Body, Whole, pointing, written
from crm.cause import current
from crm.models import Movement
from crm.services.pots import move_points

router = SlashRouter(tags=["cagnottes"])

_TEXTS = {
    "cagnotteId": "pot_id",
    "cagnotteLineId": "pk",
    "customerId": "profile_id",
    "cagnotteLineDate": "occurred_at",
    "cagnotteLineValidationDate": "recorded_at",
    "amount": "points",
}


class MovementIn(Body):
    """Points to give, or to take where negative."""

    amount: Whole = Field(ge=-(10**12), le=10**12, description="Whole points; negative takes them away.")
    reason: str = Field("", max_length=250)


class MovementPost(Body):
    """Whose points, and how many."""

    customer: CustomerRef
    cagnotte: MovementIn


@router.get(
    "/cagnottes",
    auth=allows("cagnottes:read"),
    summary="List movements of pots",
    openapi_extra=documented(examples.listed("cagnottes", examples.MOVEMENT)),
)
def list_movements(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List the movements of all pots."""
    rows = Movement.objects.select_related("referral")
    return page(request, query, rows, plural="cagnottes", show=_shown, created="recorded_at", modified="recorded_at")


@router.post(
    "/cagnottes",
    auth=allows("cagnottes:write"),
    summary="Give or take points",
    openapi_extra=documented(
        {"customer": {"id": "17", "cagnotteAmount": "104"}, "cagnotte": examples.MOVEMENT},
        body=MovementPost,
        example=examples.MOVEMENT_BODY,
    ),
)
@posting()
def post_movement(request: HttpRequest, body: MovementPost) -> dict[str, Any]:
    """Give points to a customer, or take some: no more than there are."""
    profile = whom(body.customer)
    given = body.cagnotte
    with pointing("cagnotte", {"points": "amount"}):
        movement = move_points(
            profile, points=given.amount, cause=current(), source=Movement.Source.API, reason=given.reason
        )
    return {
        "customer": {"id": written(profile.pk), "cagnotteAmount": written(movement.balance_after)},
        "cagnotte": next(_shown([movement])),
    }


def _shown(movements: list[Movement]) -> Iterator[dict[str, Any]]:
    for movement in movements:
        referral = movement.referral
        yield {**texts(movement, _TEXTS), "campaignId": written(referral.module_id if referral else None), "code": ""}
