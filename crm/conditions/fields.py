"""The fields of a profile that can be compared and watched: native ones, and custom ones as `custom.<name>`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.conditions.values import Choices
from crm.models import CustomField, Profile
from crm.services.profile_values import CUSTOM as CUSTOM

TAGS = "tags"

#: fields of a profile that may change, with the type of their values
NATIVE = {
    "email": "text",
    "external_id": "text",
    "last_name": "text",
    "first_name": "text",
    "gender": "choice",
    "birthday": "date",
    "language": "text",
    "address": "text",
    "address2": "text",
    "address3": "text",
    "postcode": "text",
    "city": "text",
    "country": "text",
    "phone": "text",
    "mobile": "text",
    "company": "text",
    "job_title": "text",
    "time_zone": "text",
}


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field: its name as stored, its label, the type of its values and what they are chosen from."""

    name: str
    label: str | Promise
    type: str
    choices: Choices = ()


def native_fields() -> dict[str, ProfileField]:
    """Return the native fields by name."""
    made = {}
    for name, value_type in NATIVE.items():
        field = Profile._meta.get_field(name)
        made[name] = ProfileField(name, field.verbose_name, value_type, _choices_of(field))  # type: ignore[union-attr]
    return made


def profile_fields() -> dict[str, ProfileField]:
    """Return all fields by name: native ones, then the custom ones in use; one query."""
    fields = native_fields()
    for row in CustomField.objects.filter(is_archived=False):
        fields[f"{CUSTOM}{row.name}"] = _custom(row)
    return fields


def watched_fields() -> dict[str, ProfileField]:
    """Return all that T9 can watch: the fields, and the tags."""
    return {**profile_fields(), TAGS: ProfileField(TAGS, _("tags"), "text")}


def field_named(name: str) -> ProfileField:
    """Return one field, archived or not; a field that is gone is shown by its name."""
    if name == TAGS:
        return ProfileField(TAGS, _("tags"), "text")
    if name in NATIVE:
        return native_fields()[name]
    row = CustomField.objects.filter(name=name.removeprefix(CUSTOM)).first()
    return _custom(row) if row else ProfileField(name, name, "text")


def _custom(row: CustomField) -> ProfileField:
    choices = tuple((str(choice), str(choice)) for choice in row.choices) if row.type == CustomField.Type.CHOICE else ()
    return ProfileField(f"{CUSTOM}{row.name}", row.label, row.type, choices)


def _choices_of(field: object) -> Choices:
    return tuple((value, label) for value, label in getattr(field, "flatchoices", ()) if value)
