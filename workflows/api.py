"""V3: trigger and stop workflows by an identifier (spec section 9)."""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from crm.api.auth import allows
from crm.api.idempotency import posting
from crm.api.people import unknown_profile
from crm.api.problems import Fault, invalid
from crm.api.routing import SlashRouter, documented
from crm.api.values import Body
from crm.cause import current
from crm.errors import Invalid
from crm.models import Cart, Profile
from crm.models.cart import MOST_URL
from crm.services.carts import empty_cart, push_cart
from crm.services.profiles import find_profile, upsert_profile
from crm.values import parse_email
from triggers.models import Event, Kind
from triggers.services import record_call
from workflows.services.matching import count_matching
from workflows.services.runs import CART_IDENTIFIER, stop_runs

router = SlashRouter(tags=["automations"])

Key = tuple[str, str]


def _one_entry(value: Any) -> Key:
    if isinstance(value, list):  # PHP writes key[0]=… as a list
        value = {str(index): entry for index, entry in enumerate(value)}
    if isinstance(value, dict) and len(value) == 1:
        ((name, entry),) = value.items()
        if isinstance(entry, str | int | float) and not isinstance(entry, bool):
            name, entry = name.strip(), str(entry).strip()
            if 0 < len(name) <= 60 and 0 < len(entry) <= 120:
                return name, entry
    said: Any = _('This must hold one name (60 characters at most) and its value (120 at most): {"cartId": 12345}.')
    raise PydanticCustomError("key", said)


def _email(value: Any) -> str:
    try:
        email = parse_email(value)
    except Invalid:
        email = ""
    if not email:
        said: Any = _("This must be an e-mail address.")
        raise PydanticCustomError("email", said)
    return email


OneEntry = Annotated[
    Key,
    BeforeValidator(_one_entry),
    WithJsonSchema({"type": "object", "minProperties": 1, "maxProperties": 1, "examples": [{"cartId": "12345"}]}),
]
Email = Annotated[str, BeforeValidator(_email), WithJsonSchema({"type": "string", "format": "email"})]


class TriggerPost(Body):
    """Whom it is about and which thing; all other names become `data`."""

    model_config = ConfigDict(extra="allow")

    customer_email: Email
    key: OneEntry
    create_profile: bool = Field(False, description="Create the profile when nobody has that e-mail.")


class StopPost(Body):
    """Which runs to stop: of a thing, of a person, or both."""

    customer_email: Email | None = None
    key: OneEntry | None = None


@router.post(
    "/automations/trigger/{identifier}",
    auth=allows("automations:write"),
    summary="Trigger workflows",
    response={202: dict[str, Any]},
    openapi_extra=documented(
        {"eventId": 4711, "matched": 1},
        status=202,
        body=TriggerPost,
        example={"customerEmail": "zoe@example.com", "key": {"quoteId": 77}, "colour": "blue"},
    ),
)
@posting(202, opens_transaction=True)
def trigger(request: HttpRequest, identifier: str, body: TriggerPost) -> dict[str, Any]:
    """Start every active workflow with this identifier; none is no error: `matched` says how many there are.

    `abandoned_cart` pushes the cart of a customer: its first push starts, later ones update, an empty one ends.
    """
    _check_identifier(identifier)
    matched = count_matching(identifier)  # first: nothing may fail once the call is recorded
    event_id = _push(body) if identifier == CART_IDENTIFIER else _record(body, identifier)
    return {"eventId": event_id, "matched": matched}


@router.post(
    "/automations/stop/{identifier}",
    auth=allows("automations:write"),
    summary="Stop runs",
    response={202: dict[str, Any]},
    openapi_extra=documented({"stopped": 1}, status=202, body=StopPost, example={"key": {"quoteId": 77}}),
)
@posting(202)
def stop(request: HttpRequest, identifier: str, body: StopPost) -> dict[str, Any]:
    """Stop the live runs that calls with this identifier started; answers how many there were."""
    _check_identifier(identifier)
    if body.key is None and body.customer_email is None:
        raise invalid([Fault("", _("Give key, customerEmail, or both."))])
    profile = None if body.customer_email is None else _profile(body.customer_email)
    key = body.key[1] if body.key else ""
    if identifier == CART_IDENTIFIER:
        carts = Cart.objects.filter(status__in=[Cart.Status.OPEN, Cart.Status.ABANDONED])
        carts = carts.filter(profile=profile) if profile else carts
        for cart in (carts.filter(key=key) if key else carts).select_related("profile").order_by("profile"):
            empty_cart(cart.profile, key=cart.key, cause=current())
    return {"stopped": stop_runs(identifier, key=key, profile=profile)}


def _check_identifier(identifier: str) -> None:
    named = identifier.replace("-", "").replace("_", "")
    if not (named.isalnum() and named.isascii() and len(identifier) <= 80):
        raise invalid([Fault("?identifier", _("An identifier is made of letters, digits, - and _ (80 at most)."))])


def _profile(email: str, *, create: bool = False) -> Profile:
    found = find_profile(email=email)
    if found is None and create:
        found, _created = upsert_profile(cause=current(), email=email)
    if found is None:
        raise unknown_profile(email)
    return found


def _record(body: TriggerPost, identifier: str) -> int:
    """Record a call; returns the id of its event."""

    def record() -> Event | None:
        return record_call(
            body.customer_email,
            identifier=identifier,
            key_name=body.key[0],
            key_value=body.key[1],
            data=body.model_extra or {},
            cause=current(),
        )

    event = record()
    if event is None:
        with transaction.atomic():
            _profile(body.customer_email, create=body.create_profile)
            event = record()
    if event is None:
        raise unknown_profile(body.customer_email)
    return event.pk


@transaction.atomic
def _push(body: TriggerPost) -> int | None:
    """Push the cart that a call carries; returns the id of the event that tells of it."""
    profile, key, data = _profile(body.customer_email, create=body.create_profile), body.key[1], body.model_extra or {}
    # What a cart says of itself beyond the names of SPREAD's plugins.
    stage, url = data.get("stage"), data.get("checkout_url")
    push_cart(
        profile,
        cause=current(),
        key=key,
        payload=data,
        stage=stage if isinstance(stage, str) and stage in Cart.Stage.values else "",
        checkout_url=url if isinstance(url, str) and len(url) <= MOST_URL else "",
    )
    told = Event.objects.filter(profile=profile, key=key, kind__in=[Kind.CART_PUSHED, Kind.CART_ENDED])
    return told.order_by("-id").values_list("pk", flat=True).first()
