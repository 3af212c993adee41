"""Custom fields: typed values of profiles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause
from crm.errors import Invalid
from crm.models import CustomField, CustomValue, Profile
from crm.signals import Change, state
from crm.tracked import lock_profiles
from crm.values import parse_boolean, parse_choice, parse_date, parse_number, parse_text

_Type = CustomField.Type
_READERS: dict[str, Callable[[CustomField, Any, str], Any]] = {
    _Type.TEXT: lambda _field, value, name: parse_text(value, longest=500, field=name),
    _Type.NUMBER: lambda _field, value, name: parse_number(value, field=name),
    _Type.BOOLEAN: lambda _field, value, name: parse_boolean(value, field=name),
    _Type.DATE: lambda _field, value, name: parse_date(value, field=name),
    _Type.CHOICE: lambda field, value, name: parse_choice(value, [str(one) for one in field.choices], field=name),
}
_COLUMNS = ("text", "number", "boolean", "date")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """New values of one profile's custom fields by technical name; None or empty clears."""

    profile_id: int
    values: Mapping[str, Any]
    cause: Cause
    occurred_at: datetime | None = None


def read_value(field: CustomField, value: Any) -> Any:
    """Return a value in the type of its field, None for empty; raises Invalid."""
    name = f"custom.{field.name}"
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _READERS[field.type](field, value, name)


def set_value(profile: Profile, *, field: CustomField, value: Any, cause: Cause) -> None:
    """Set one custom field of a profile; None or empty clears it. Raises Invalid."""
    set_values(profile, values={field.name: value}, cause=cause)


def set_values(
    profile: Profile, *, values: Mapping[str, Any], cause: Cause, occurred_at: datetime | None = None
) -> None:
    """Set custom fields of a profile by technical name (or id, as SPREAD does); raises Invalid."""
    if values:
        error = set_values_many([ValueChange(profile.pk, values, cause, occurred_at)])[0]
        if error is not None:
            raise error


def set_values_many(items: Sequence[ValueChange]) -> list[Invalid | None]:
    """Set custom fields of many profiles with a fixed number of queries; a bad value spoils its item only."""
    outcomes: list[Invalid | None] = [None] * len(items)
    if not any(item.values for item in items):
        return outcomes
    with transaction.atomic():
        lock_profiles(item.profile_id for item in items)
        fields = _fields({str(name) for item in items for name in item.values})
        rows = _rows({item.profile_id for item in items}, {field.pk for field in fields.values()})
        now = clock.now()
        changes = _Changes([], [], [])
        for index, item in enumerate(items):
            try:
                read = {_field(fields, name): value for name, value in item.values.items()}
                typed = {field: read_value(field, value) for field, value in read.items()}
            except Invalid as error:
                outcomes[index] = error
                continue
            for field, value in typed.items():
                _set(rows, changes, item, field, value, now)
        changes.write()
    return outcomes


def settle_value(row: CustomValue) -> None:
    """Check the value against the field's type and empty the other columns; raises Invalid."""
    column = CustomValue.COLUMN[row.field.type]
    value = read_value(row.field, getattr(row, column))
    for name in _COLUMNS:
        setattr(row, name, value if name == column else None)


@dataclass(slots=True)
class _Changes:
    created: list[Change]
    changed: list[Change]
    deleted: list[Change]

    def write(self) -> None:
        for batch in db.batches([change.row.pk for change in self.deleted]):
            models.QuerySet(CustomValue).filter(pk__in=batch).delete()
        db.insert_rows([change.row for change in self.created])
        db.update_rows([change.row for change in self.changed], _COLUMNS)
        for changes in (self.deleted, self.created, self.changed):
            state(changes)


def _set(
    rows: dict[tuple[int, int], CustomValue],
    changes: _Changes,
    item: ValueChange,
    field: CustomField,
    value: Any,
    now: datetime,
) -> None:
    key = (item.profile_id, field.pk)
    column = CustomValue.COLUMN[field.type]
    row = rows.get(key)
    when = item.occurred_at or now
    if row is None:
        if value is not None:
            rows[key] = row = CustomValue(profile_id=item.profile_id, field=field, **{column: value})
            changes.created.append(Change(row, item.cause, when, now, created=True))
        return
    row.field = field
    old = getattr(row, column)
    if old == value:
        return
    if row.pk is None:  # set twice by the same batch
        setattr(row, column, value)
    elif value is None:
        del rows[key]
        changes.deleted.append(Change(row, item.cause, when, now, deleted=True))
    else:
        setattr(row, column, value)
        changes.changed.append(Change(row, item.cause, when, now, before={column: old}))


def _fields(names: set[str]) -> dict[str, CustomField]:
    ids = [int(name) for name in names if name.isascii() and name.isdecimal() and len(name) < 18]
    found = CustomField.objects.filter(models.Q(name__in=names) | models.Q(pk__in=ids), is_archived=False)
    return {key: field for field in found for key in (field.name, str(field.pk)) if key in names}


def _field(fields: dict[str, CustomField], name: str) -> CustomField:
    if str(name) not in fields:
        raise Invalid(str(_("There is no custom field “%(name)s”.") % {"name": name}), field=f"custom.{name}")
    return fields[str(name)]


def _rows(profile_ids: set[int], field_ids: set[int]) -> dict[tuple[int, int], CustomValue]:
    rows: dict[tuple[int, int], CustomValue] = {}
    for batch in db.batches(profile_ids, 700):
        for row in CustomValue.objects.filter(profile__in=batch, field__in=field_ids):
            rows[row.profile_id, row.field_id] = row
    return rows
