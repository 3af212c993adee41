"""Profiles as CSV, in the form in which they are imported again."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from crm.imports.columns import CONSENT, CONSENT_DATE, TAGS, TRACKING
from crm.imports.guarding import guarded
from crm.imports.tags import written_tags
from crm.models import Consent, ConsentDefinition, CustomField, CustomValue, Profile, ProfileTag
from crm.services.profile_values import CUSTOM, FIELDS

_AT_ONCE = 500


class Line:
    """What csv writes to: gives the line back."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def write_profiles(profiles: "QuerySet[Profile]") -> Iterator[str]:
    """Yield the lines of a CSV file: fields, tags, custom fields, each consent as value and instant."""
    fields = list(CustomField.objects.filter(is_archived=False).order_by("pk"))
    definitions = list(ConsentDefinition.objects.filter(is_archived=False).order_by("pk"))
    writer: Any = csv.writer(Line(), delimiter=";")
    header = [*FIELDS, TRACKING, TAGS, *(CUSTOM + one.name for one in fields)]
    for definition in definitions:
        header += [CONSENT + definition.name, CONSENT_DATE + definition.name]
    yield "\ufeff" + writer.writerow(header)
    for batch in _batches(profiles):
        for row in _rows(batch, fields, definitions):
            yield writer.writerow(row)


def _batches(profiles: "QuerySet[Profile]") -> Iterator[list[Profile]]:
    last = 0
    rows = profiles.order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        yield batch


def _rows(
    profiles: Sequence[Profile], fields: Iterable[CustomField], definitions: Iterable[ConsentDefinition]
) -> Iterator[list[str]]:
    keys = [profile.pk for profile in profiles]
    tags: dict[int, list[str]] = {}
    for carried in ProfileTag.objects.filter(profile__in=keys).select_related("tag").order_by("tag__key"):
        tags.setdefault(carried.profile_id, []).append(carried.tag.name)
    values = {
        (row.profile_id, row.field_id): row.value
        for row in CustomValue.objects.filter(profile__in=keys).select_related("field")
    }
    consents = {(row.profile_id, row.definition_id): row for row in Consent.objects.filter(profile__in=keys)}
    for profile in profiles:
        line = [_said(getattr(profile, name)) for name in (*FIELDS, TRACKING)]
        line.append(guarded(written_tags(tags.get(profile.pk, []))))
        line += [_said(values.get((profile.pk, field.pk))) for field in fields]
        for definition in definitions:
            consent = consents.get((profile.pk, definition.pk))
            line += [consent.status, consent.changed_at.isoformat()] if consent else ["", ""]
        yield line


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return guarded(str(value))
