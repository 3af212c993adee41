"""What the fields of a profile may hold, and how it is brought into its form."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.cause import current
from crm.errors import Invalid
from crm.models import Profile, Site
from crm.services.stamps import read_texts, stamp
from crm.values import (
    Reader,
    email_key,
    parse_country,
    parse_date,
    parse_email,
    parse_gender,
    parse_language,
    parse_phone,
    parse_time_zone,
)

_READERS: dict[str, Reader] = {
    "email": parse_email,
    "gender": parse_gender,
    "birthday": parse_date,
    "language": parse_language,
    "country": parse_country,
    "time_zone": parse_time_zone,
}
_PHONES = ("phone", "mobile")
#: the columns that `fields` and `values` may name
FIELDS = (
    *("email", "external_id", "last_name", "first_name", "gender", "birthday", "language", "address", "address2"),
    *("address3", "postcode", "city", "country", "phone", "mobile", "company", "job_title", "time_zone"),
)
CUSTOM = "custom."


class Taken(Invalid):
    """An e-mail or external id belongs to another profile, or the profile found by it was erased meanwhile."""


def assign_fields(profile: Profile, values: Mapping[str, Any]) -> None:
    """Set native fields on the instance; an e-mail that differs in its letters' case only stays as it is."""
    for name, value in values.items():
        if name not in FIELDS:
            raise Invalid(str(_("There is no field “%(name)s”.") % {"name": name}), field=name)
        if name == "email" and profile.email_key and email_key(str(value or "")) == profile.email_key:
            continue
        setattr(profile, name, value)


def settle_profile(profile: Profile, before: Mapping[str, Any]) -> None:
    """Normalise and check the values that changed; raises Invalid."""
    if not before:
        for column, value in current().columns().items():
            setattr(profile, column, value)
    elif before["erased_at"] is not None:
        raise Taken(str(_("This profile was erased.")))
    changed = [name for name in FIELDS if not before or getattr(profile, name) != before[name]]
    _read(profile, changed, before)
    profile.email_key = email_key(profile.email) or None
    if profile.email_key is None and profile.external_id is None and profile.erased_at is None:
        raise Invalid(str(_("Give an e-mail or an external id.")), field="email")
    _check_unique(profile, "email_key", "email", before)
    _check_unique(profile, "external_id", "external_id", before)
    stamp(profile, before)


def read_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a new profile would hold them; raises Invalid. Nobody is looked up."""
    draft = Profile()
    assign_fields(draft, values)
    _read(draft, values, {})
    return {name: getattr(draft, name) for name in values}


def _read(profile: Profile, names: Iterable[str], before: Mapping[str, Any]) -> None:
    """Bring the named values into their form; raises Invalid."""
    profile.external_id = profile.external_id or None
    for name in names:
        value = getattr(profile, name)
        if name in _READERS:
            setattr(profile, name, _READERS[name](value, field=name))
        elif value is None and name != "external_id":
            setattr(profile, name, "")
    for name in names:
        if name in _PHONES and getattr(profile, name):
            country = profile.country or Site.current().country
            setattr(profile, name, parse_phone(getattr(profile, name), country=country, field=name))
    read_texts(profile, before)


def _check_unique(profile: Profile, column: str, field: str, before: Mapping[str, Any]) -> None:
    value = getattr(profile, column)
    if value is None or (before and before[column] == value):
        return
    if Profile.objects.filter(**{column: value}).exclude(pk=profile.pk).exists():
        raise Taken(str(_("Another profile has this already.")), field=field)
