"""V2 campaigns (modules), participations and sponsorships."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja import Query

from crm.api import examples
from crm.api.auth import allows
from crm.api.idempotency import posting
from crm.api.lists import ListQuery, page, texts
from crm.api.participation_bodies import ParticipationPost, save_participation
from crm.api.people import one
from crm.api.routing import SlashRouter, documented
from crm.api.values import written
from crm.models import Module, Participation, Referral

router = SlashRouter()

#: SPREAD's word for each kind of module
_TYPES = {"game": "instantwinner", "form": "form", "quiz": "quiz", "coupons": "coupon", "referral": "sponsorship"}


@router.get(
    "/campaigns",
    auth=allows("campaigns:read"),
    tags=["campaigns"],
    summary="List modules",
    openapi_extra=documented(examples.listed("campaigns", examples.CAMPAIGN)),
)
def list_campaigns(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List modules: games, forms, quizzes, coupon distributions, referral modules."""
    return page(request, query, Module.objects.all(), plural="campaigns", show=_campaigns)


@router.get(
    "/campaigns/{campaign_id}",
    auth=allows("campaigns:read"),
    tags=["campaigns"],
    summary="Read a module",
    openapi_extra=documented(examples.CAMPAIGN),
)
def get_campaign(request: HttpRequest, campaign_id: str) -> dict[str, Any]:
    """Read one module by id."""
    return next(_campaigns([one(Module.objects.all(), campaign_id)]))


@router.get(
    "/sponsorships",
    auth=allows("sponsorships:read"),
    tags=["sponsorships"],
    summary="List referrals",
    openapi_extra=documented(examples.listed("sponsorships", examples.SPONSORSHIP)),
)
def list_sponsorships(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List who brought whom."""
    return page(request, query, Referral.objects.all(), plural="sponsorships", show=_sponsorships)


@router.get(
    "/participations",
    auth=allows("participations:read"),
    tags=["participations"],
    summary="List participations",
    openapi_extra=documented(examples.listed("participations", examples.PARTICIPATION)),
)
def list_participations(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List who took part in what."""
    return page(request, query, Participation.objects.all(), plural="participations", show=_participations)


@router.get(
    "/participations/{participation_id}",
    auth=allows("participations:read"),
    tags=["participations"],
    summary="Read a participation",
    openapi_extra=documented(examples.PARTICIPATION),
)
def get_participation(request: HttpRequest, participation_id: str) -> dict[str, Any]:
    """Read one participation by id."""
    return next(_participations([one(Participation.objects.all(), participation_id)]))


@router.post(
    "/participations",
    auth=allows("participations:write"),
    tags=["participations"],
    summary="Record a participation",
    openapi_extra=documented(
        {"participation": examples.PARTICIPATION}, body=ParticipationPost, example=examples.PARTICIPATION_BODY
    ),
)
@posting()
def post_participation(request: HttpRequest, body: ParticipationPost) -> dict[str, Any]:
    """Record that a customer took part in a module, or what became of it where an id is given."""
    return {"participation": next(_participations([save_participation(body)]))}


def _campaigns(rows: list[Module]) -> Iterator[dict[str, Any]]:
    names = {
        "id": "pk",
        "operationId": "pk",
        "name": "name",
        "backofficeName": "name",
        "url": "slug",
        "lang": "language",
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "dateStart": "starts_at",
    }
    for row in rows:
        yield {**texts(row, names), "type": _TYPES[row.kind]}


def _sponsorships(rows: list[Referral]) -> Iterator[dict[str, Any]]:
    names = {
        "id": "pk",
        "campaignId": "module_id",
        "godfatherId": "sponsor_id",
        "godsonId": "referee_id",
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "validatedAt": "validated_at",
    }
    for row in rows:
        yield {**texts(row, names), "sponsorshipValidated": written(row.status == Referral.Status.VALIDATED)}


def _participations(rows: list[Participation]) -> Iterator[dict[str, Any]]:
    names = {
        "id": "pk",
        "customerId": "profile_id",
        "campaignId": "module_id",
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "isWinner": "is_winner",
    }
    for row in rows:
        yield {
            **texts(row, names),
            "participationComplete": "1" if row.is_complete else None,
            "connectionBy": "email",
            "becameFan": "0",
        }
