"""What POST /customers takes, and which service it calls."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from crm.api.values import Body, Instant, Word, Words, pointing
from crm.cause import current
from crm.models import Profile
from crm.services.profiles import upsert_profile

_STATUSES = {
    "accepted": ("accepted", "accepté", "accepte", "yes", "oui", "1", "true"),
    "refused": ("refused", "refusé", "refuse", "no", "non", "0", "false"),
    "unknown": ("unknown", "-1", ""),
    "to_confirm": ("to_confirm",),
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}


def _status(value: Any) -> str:
    status = _STATUS_OF.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if status is None:
        said: Any = _("This must be accepted, refused, unknown or to_confirm (or 1 or 0).")
        raise PydanticCustomError("consent_status", said)
    return status


def _no_list(value: Any) -> Any:
    # PHP writes an empty array and one with the keys 0…n as a list; as names and values they make sense too.
    return {str(index): entry for index, entry in enumerate(value)} if isinstance(value, list) else value


ConsentWord = Annotated[str, BeforeValidator(_status), WithJsonSchema({"type": "string", "enum": list(_STATUSES)})]
CustomScalar = Annotated[str, Field(max_length=500)] | bool | None
Consents = Annotated[dict[Word, ConsentWord], BeforeValidator(_no_list), Field(max_length=50)]
CustomFields = Annotated[dict[Word, CustomScalar], BeforeValidator(_no_list), Field(max_length=200)]


class CustomerIn(Body):
    """A customer; the external id is the key when given, else the e-mail. What is not given stays as it is."""

    email: str = Field("", max_length=254)
    external_id: str = Field("", max_length=250)
    last_name: str | None = Field(None, max_length=120)
    first_name: str | None = Field(None, max_length=120)
    gender: str | None = Field(None, max_length=20)
    birthday: str | None = Field(None, max_length=20, description="1985-01-31")
    lang: str | None = Field(None, max_length=8)
    address: str | None = Field(None, max_length=250)
    address2: str | None = Field(None, max_length=250)
    address3: str | None = Field(None, max_length=250)
    zip: str | None = Field(None, max_length=20)
    city: str | None = Field(None, max_length=120)
    country: str | None = Field(None, max_length=2, description="ISO 3166, two letters.")
    phone: str | None = Field(None, max_length=32)
    mobile: str | None = Field(None, max_length=32)
    company: str | None = Field(None, max_length=120)
    fonction: str | None = Field(None, max_length=120)
    time_zone: str | None = Field(None, max_length=64)
    tags: Words = Field([], description="Tags to add; those that the customer has already stay.")
    add_tag: Words = Field([], alias="add_tag")
    del_tag: Words = Field([], alias="del_tag")
    custom_fields: CustomFields = Field({}, alias="custom_fields", description="By id or technical name.")
    consents: Consents = Field({}, description="By technical name.")
    occurred_at: Instant | None = Field(None, description="When this happened in the shop.")


class CustomerPost(Body):
    """The customer to create or update."""

    customer: CustomerIn


#: the model's column for each name that differs
_COLUMNS = {"zip": "postcode", "lang": "language", "fonction": "job_title"}
_FIELDS = (
    *("last_name", "first_name", "gender", "birthday", "lang", "address", "address2", "address3", "zip", "city"),
    *("country", "phone", "mobile", "company", "fonction", "time_zone"),
)
#: and back, for the pointers of what the service refuses
_NAMES = {
    **{column: name for name, column in _COLUMNS.items()},
    "last_name": "lastName",
    "first_name": "firstName",
    "external_id": "externalId",
    "time_zone": "timeZone",
    "custom": "custom_fields",
}


def save_customer(customer: CustomerIn) -> tuple[Profile, bool]:
    """Create or update the profile of a body; tells whether it was created."""
    fields = {_COLUMNS.get(name, name): value for name, value in customer.given(*_FIELDS).items()}
    with pointing("customer", _NAMES):
        return upsert_profile(
            cause=current(),
            email=customer.email,
            external_id=customer.external_id,
            fields=fields,
            tags_add=[*customer.tags, *customer.add_tag],
            tags_remove=customer.del_tag,
            custom=customer.custom_fields,
            consents=customer.consents,
            occurred_at=customer.occurred_at,
        )
