"""Profiles: find, create, update."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from crm.cause import Cause, caused_by
from crm.creation import creation_of
from crm.errors import Invalid
from crm.models import Profile
from crm.services.consents import set_consents
from crm.services.custom_fields import ValueChange, set_values, set_values_many
from crm.services.profile_values import CUSTOM, Taken, assign_fields, settle_profile
from crm.services.stamps import save_many
from crm.services.tags import change_tags
from crm.tracked import lock_profiles
from crm.values import email_key, parse_email


@dataclass(frozen=True, slots=True)
class FieldChange:
    """New values of one profile's fields (`custom.<name>` for custom ones)."""

    profile_id: int
    values: Mapping[str, Any]
    cause: Cause


def find_profile(*, email: str = "", external_id: str = "") -> Profile | None:
    """Find a profile by its external id if given, else by its e-mail; erased ones are not found."""
    rows = Profile.objects.filter(erased_at=None)
    if external_id:
        rows = rows.filter(external_id=external_id)
    elif key := email_key(email):
        rows = rows.filter(email_key=key)
    else:
        return None
    return rows.first()


def upsert_profile(
    *,
    cause: Cause,
    email: str = "",
    external_id: str = "",
    fields: Mapping[str, Any] | None = None,
    tags_add: Iterable[str] = (),
    tags_remove: Iterable[str] = (),
    custom: Mapping[str, Any] | None = None,
    consents: Mapping[str, str] | None = None,
    occurred_at: datetime | None = None,
    create: bool = True,
) -> tuple[Profile, bool]:
    """Create or update a profile, found by external id, else by e-mail; tells whether it was created.

    Somebody known by e-mail only takes the external id that comes with that e-mail. Raises Invalid, Refused, and
    Profile.DoesNotExist where there is none and `create` is false.
    """
    email, external_id = parse_email(email), external_id.strip()
    values = {**(fields or {}), **({"email": email} if email else {})}
    if external_id:
        values["external_id"] = external_id

    def write() -> tuple[Profile, bool]:
        profile = find_profile(email=email, external_id=external_id)
        if profile is None and email and external_id:
            known = find_profile(email=email)
            profile = known if known is not None and known.external_id is None else None
        created = profile is None
        if profile is None:
            if not create:
                raise Profile.DoesNotExist("no profile has that e-mail or external id")
            profile = Profile()
        assign_fields(profile, values)
        profile.occurred_at_given = occurred_at
        profile.save()
        with creation_of(profile.pk if created else None):
            change_tags(profile, add=tags_add, remove=tags_remove, cause=cause)
            set_values(profile, values=custom or {}, cause=cause, occurred_at=occurred_at)
        set_consents(profile, statuses=consents or {}, cause=cause, occurred_at=occurred_at)
        return profile, created

    with caused_by(cause), transaction.atomic():
        try:
            with transaction.atomic():
                return write()
        except (IntegrityError, Taken):
            # Perhaps somebody else made the same profile between our look and our insert: now it is found.
            return write()


def change_fields(profile: Profile, *, values: Mapping[str, Any], cause: Cause) -> Profile:
    """Set fields of a profile (`custom.<name>` for custom ones); raises Invalid."""
    with caused_by(cause), transaction.atomic():
        assign_fields(profile, _native_of(values))
        profile.save()
        set_values(profile, values=_custom_of(values), cause=cause)
    return profile


def change_fields_many(items: Sequence[FieldChange]) -> list[Invalid | None]:
    """Set fields of many profiles with a number of queries that does not grow; a bad value spoils its item only.

    Items of one profile are done one after the other, so that each fact has its own cause.
    """
    outcomes: list[Invalid | None] = [None] * len(items)
    with transaction.atomic():
        lock_profiles(item.profile_id for item in items)
        for turn in _turns(items):
            for index, error in zip(turn, _change_once([items[index] for index in turn]), strict=True):
                outcomes[index] = error
    return outcomes


def _turns(items: Sequence[FieldChange]) -> list[list[int]]:
    """Share out the places of items such that none names a profile twice."""
    turns: list[list[int]] = []
    seen: Counter[int] = Counter()
    for index, item in enumerate(items):
        if seen[item.profile_id] == len(turns):
            turns.append([])
        turns[seen[item.profile_id]].append(index)
        seen[item.profile_id] += 1
    return turns


def _change_once(items: Sequence[FieldChange]) -> list[Invalid | None]:
    """Set fields of locked profiles, each named once; all values of an item, or none."""
    profiles = {row.pk: row for row in Profile.objects.filter(pk__any_of=[item.profile_id for item in items])}
    outcomes: dict[int, Invalid | None] = {}
    for item in items:
        profile = profiles[item.profile_id]
        try:
            assign_fields(profile, _native_of(item.values))
            settle_profile(profile, profile._loaded)
            outcomes[profile.pk] = None
        except Invalid as error:
            outcomes[profile.pk] = error
    good = [item for item in items if outcomes[item.profile_id] is None]
    errors = set_values_many([ValueChange(each.profile_id, _custom_of(each.values), each.cause) for each in good])
    outcomes |= {item.profile_id: error for item, error in zip(good, errors, strict=True)}
    good = [item for item in good if outcomes[item.profile_id] is None]
    save_many([profiles[item.profile_id] for item in good], [item.cause for item in good])
    return [outcomes[item.profile_id] for item in items]


def _native_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not name.startswith(CUSTOM)}


def _custom_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
