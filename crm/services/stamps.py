"""What every settling does: read values, stamp times, and write many rows at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause
from crm.errors import Invalid
from crm.signals import Change, state
from crm.tracked import Tracked
from crm.values import parse_text


def differs(row: models.Model, before: Mapping[str, Any], *columns: str) -> bool:
    """Tell whether one of the columns (any, if none is named) is other than it was; true for a new row."""
    return not before or any(getattr(row, name) != before[name] for name in columns or before)


def stamp(row: Any, before: Mapping[str, Any]) -> None:
    """Set `created_at` once, and `updated_at` where anything else changed."""
    row.created_at = row.created_at or clock.now()
    if differs(row, before):
        row.updated_at = clock.now()


def read_texts(row: models.Model, before: Mapping[str, Any]) -> None:
    """Trim the plain texts of a row that changed, and refuse what does not fit their column."""
    for column in row._meta.concrete_fields:
        if isinstance(column, models.CharField | models.TextField) and not column.choices:
            value = getattr(row, column.attname)
            if value and (not before or value != before[column.attname]):
                setattr(
                    row, column.attname, parse_text(value, longest=column.max_length or 10**6, field=column.attname)
                )


def check_choice(row: models.Model, column: str) -> None:
    """Refuse a value that is none of the column's choices."""
    field = row._meta.get_field(column)
    assert isinstance(field, models.Field)
    value = getattr(row, column)
    if value not in dict(field.flatchoices):
        listed = ", ".join(str(known) for known, _label in field.flatchoices if known)
        raise Invalid(str(_("This must be one of: %(choices)s.") % {"choices": listed}), field=column)


def save_many(rows: Sequence[Tracked], causes: Sequence[Cause], occurred_at: datetime | None = None) -> None:
    """Settle, write and state rows of one model that were loaded under the lock of their profiles.

    One UPDATE for all; rows that did not change are passed over. Raises what `settle` raises.
    """
    changes: list[Change] = []
    columns: set[str] = set()
    now = clock.now()
    for row, cause in zip(rows, causes, strict=True):
        before = row._loaded
        row.settle(before)
        changed = {name: old for name, old in before.items() if getattr(row, name) != old}
        if changed:
            columns |= changed.keys()
            changes.append(Change(row, cause, occurred_at or now, now, before=changed))
    if changes:
        written = [change.row for change in changes]
        by_attname = {field.attname: field.name for field in type(written[0])._meta.concrete_fields}
        db.update_rows(written, sorted(by_attname[name] for name in columns))
        silent = type(written[0]).silent_columns
        state([change for change in changes if change.before.keys() - silent])
