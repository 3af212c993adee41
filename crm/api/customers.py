"""V2 customers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Prefetch
from django.http import HttpRequest
from ninja import Query

from crm.api import examples
from crm.api.auth import allows
from crm.api.customer_bodies import CustomerPost, save_customer
from crm.api.idempotency import posting
from crm.api.limits import no_nul
from crm.api.lists import ListQuery, page, texts
from crm.api.people import one
from crm.api.routing import SlashRouter, documented
from crm.api.values import written
from crm.models import CustomValue, Order, Participation, Profile, ProfileTag, Tier
from crm.values import email_key

router = SlashRouter(tags=["customers"])

_TEXTS = {
    "id": "pk",
    "lastName": "last_name",
    "firstName": "first_name",
    "email": "email",
    "country": "country",
    "city": "city",
    "address": "address",
    "address2": "address2",
    "address3": "address3",
    "zip": "postcode",
    "phone": "phone",
    "mobile": "mobile",
    "lang": "language",
    "birthday": "birthday",
    "gender": "gender",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "externalId": "external_id",
    "company": "company",
    "fonction": "job_title",
}


@router.get(
    "/customers",
    auth=allows("customers:read"),
    summary="List customers",
    openapi_extra=documented(examples.listed("customers", examples.CUSTOMER)),
)
def list_customers(
    request: HttpRequest, query: Query[ListQuery], email: str = "", externalId: str = ""
) -> dict[str, Any]:
    """List customers, all or those with an e-mail or an external id."""
    no_nul(email + externalId)
    rows = Profile.objects.filter(erased_at=None)
    if email:
        rows = rows.filter(email_key=email_key(email))
    if externalId:
        rows = rows.filter(external_id=externalId)
    return page(request, query, rows, plural="customers", show=_shown)


@router.get(
    "/customers/{customer_id}",
    auth=allows("customers:read"),
    summary="Read a customer",
    openapi_extra=documented(examples.CUSTOMER),
)
def get_customer(request: HttpRequest, customer_id: str) -> dict[str, Any]:
    """Read one customer by id."""
    return show_customer(one(Profile.objects.filter(erased_at=None), customer_id))


@router.post(
    "/customers",
    auth=allows("customers:write"),
    summary="Create or update a customer",
    openapi_extra=documented({"customer": examples.CUSTOMER}, body=CustomerPost, example=examples.CUSTOMER_BODY),
)
@posting()
def post_customer(request: HttpRequest, body: CustomerPost) -> dict[str, Any]:
    """Create or update a customer, found by external id, else by e-mail; what is not given stays as it is."""
    profile, created = save_customer(body.customer)
    return {"customer": show_customer(profile), "created": created}


def show_customer(profile: Profile) -> dict[str, Any]:
    """Write one customer as V2 answers it."""
    return next(_shown([profile]))


def _shown(profiles: list[Profile]) -> Iterator[dict[str, Any]]:
    """Write customers with a number of queries that does not grow with theirs."""
    ids = [profile.pk for profile in profiles]
    rows = (
        Profile.objects.filter(pk__in=ids)
        .select_related("pot")
        .prefetch_related(Prefetch("tags", ProfileTag.objects.select_related("tag").order_by("tag__key")))
        .prefetch_related(Prefetch("custom_values", CustomValue.objects.select_related("field").order_by("field_id")))
    )
    orders = dict(Order.objects.filter(profile__in=ids).values_list("profile").annotate(Max("ordered_at")))
    acts = {
        profile_id: (count, last)
        for profile_id, count, last in Participation.objects.filter(profile__in=ids)
        .values_list("profile")
        .annotate(Count("pk"), Max("created_at"))
    }
    tiers = list(Tier.objects.order_by("-threshold"))
    found = {row.pk: row for row in rows}
    for number in ids:
        profile = found[number]
        pot = getattr(profile, "pot", None)
        count, last_act = acts.get(number, (0, None))
        earned = pot.earned if pot else 0
        yield {
            **texts(profile, _TEXTS),
            "isFan": "0",
            "isFollow": "0",
            "isFanLinkedin": "0",
            "isBuyer": written(number in orders),
            "actionCount": written(count),
            "lastActionDt": written(last_act),
            "lastOrderDt": written(orders.get(number)),
            "cagnotteAmount": written(pot.balance if pot else 0),
            "tags": [carried.tag.name for carried in profile.tags.all()],
            "custom_fields": {
                str(value.field_id): f"{value.field.label}:{_plain(value.value)}"
                for value in profile.custom_values.all()
            },
            "status": next((tier.name for tier in tiers if tier.threshold <= earned), ""),
        }


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return written(value) or ""
