"""V2 consents: what can be consented to, and what each customer did."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja import Query

from crm.api import examples
from crm.api.auth import allows
from crm.api.consent_bodies import ConsentPost, save_consent
from crm.api.idempotency import posting
from crm.api.lists import ListQuery, page, texts
from crm.api.people import one
from crm.api.routing import SlashRouter, documented
from crm.api.values import written
from crm.models import Consent, ConsentDefinition, Profile, Site

router = SlashRouter(tags=["consents"])


@router.get(
    "/consents",
    auth=allows("consents:read"),
    summary="List consents",
    openapi_extra=documented(examples.listed("consents", examples.CONSENT)),
)
def list_consents(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List what can be consented to."""
    return page(request, query, ConsentDefinition.objects.all(), plural="consents", show=_definitions)


@router.get(
    "/consents/{consent_id}",
    auth=allows("consents:read"),
    summary="Read a consent",
    openapi_extra=documented(examples.CONSENT),
)
def get_consent(request: HttpRequest, consent_id: str) -> dict[str, Any]:
    """Read one of them by id."""
    return next(_definitions([one(ConsentDefinition.objects.all(), consent_id)]))


@router.post(
    "/consents",
    auth=allows("consents:write"),
    summary="Change a customer's consent",
    openapi_extra=documented({"customer": examples.CUSTOMER_CONSENTS}, body=ConsentPost, example=examples.CONSENT_BODY),
)
@posting()
def post_consent(request: HttpRequest, body: ConsentPost) -> dict[str, Any]:
    """Set one consent of a customer; a refused legal basis goes to unknown before it is accepted again."""
    return show_customer_consents(save_consent(body))


@router.get(
    "/customers-consents",
    auth=allows("consents:read"),
    summary="List customers' consents",
    openapi_extra=documented(examples.listed("customers", examples.CUSTOMER_CONSENTS)),
)
def list_customers_consents(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    """List customers with where each of their consents stands."""
    rows = Profile.objects.filter(erased_at=None)
    return page(request, query, rows, plural="customers", show=_customers)


@router.get(
    "/customers-consents/{customer_id}",
    auth=allows("consents:read"),
    summary="Read a customer's consents",
    openapi_extra=documented({"customer": examples.CUSTOMER_CONSENTS}),
)
def get_customer_consents(request: HttpRequest, customer_id: str) -> dict[str, Any]:
    """Read where each consent of a customer stands."""
    return show_customer_consents(one(Profile.objects.filter(erased_at=None), customer_id))


def show_customer_consents(profile: Profile) -> dict[str, Any]:
    """Write the consents of one customer."""
    return {"customer": next(_customers([profile]))}


def _customers(profiles: list[Profile]) -> Iterator[dict[str, Any]]:
    held: dict[int, list[Consent]] = {}
    rows = Consent.objects.filter(profile__in=[profile.pk for profile in profiles])
    for consent in rows.select_related("definition").order_by("definition_id"):
        held.setdefault(consent.profile_id, []).append(consent)
    for profile in profiles:
        yield {"id": written(profile.pk), "consents": [_consent(consent) for consent in held.get(profile.pk, [])]}


def _consent(consent: Consent) -> dict[str, Any]:
    # V2 knows three statuses: what waits to be confirmed is not accepted yet.
    known = consent.status in ("accepted", "refused")
    return {
        "consentId": written(consent.definition_id),
        "trackId": written(consent.pk),
        "consentTechName": consent.definition.name,
        "customerConsentCreatedAt": written(consent.changed_at),
        "customerConsentStatus": consent.status if known else "unknown",
        "customerConsentSource": consent.source,
        "customerConsentSourceId": consent.source_id or None,
    }


def _definitions(rows: list[ConsentDefinition]) -> Iterator[dict[str, Any]]:
    language = Site.current().language
    names = {"id": "pk", "consentTechName": "name", "createdAt": "created_at", "updatedAt": "updated_at"}
    for row in rows:
        yield {**texts(row, names), "consentType": _type(row), "consentName": row.label_in(language)}


def _type(row: ConsentDefinition) -> str:
    """Say the kind of a consent in SPREAD's words."""
    if row.kind == ConsentDefinition.Kind.LEGAL_BASIS:
        return "Legal basis contract" if row.name == "LegalBasisOrder" else "Legal basis legitimate interest"
    return "Default newsletter" if "email" in row.channels or not row.channels else "Default phone"
