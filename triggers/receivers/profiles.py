"""Events of profiles, their tags and their custom values: one for each field, one for each tag."""

from collections.abc import Iterator
from typing import Any

from crm.creation import is_being_created
from crm.models import CustomValue, Profile, ProfileTag
from crm.services.profile_values import CUSTOM, FIELDS
from crm.signals import Change
from triggers.models import Event, Kind
from triggers.receivers.plain import plain
from triggers.services import event_of


def profile_events(changes: list[Change]) -> Iterator[Event]:
    """Say that a profile was created, or which of its fields changed."""
    for change in changes:
        row: Profile = change.row
        if change.created:
            seen = {name: plain(getattr(row, name)) for name in FIELDS}
            seen |= {"origin": row.origin, "uid": str(row.uid)}
            yield event_of(change, Kind.PROFILE_CREATED, row.pk, name=change.cause.origin, snapshot={"profile": seen})
            continue
        if change.deleted:
            continue
        for name in FIELDS:
            if name in change.before:
                label = str(Profile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                yield _field(change, row.pk, name, label, change.before[name], getattr(row, name))


def tag_events(changes: list[Change]) -> Iterator[Event]:
    """Say which tags were added and removed; those that came with a new profile are no update."""
    for change in changes:
        row: ProfileTag = change.row
        if (change.created or change.deleted) and not is_being_created(row.profile_id):
            kind = Kind.TAG_REMOVED if change.deleted else Kind.TAG_ADDED
            name = row.tag.name
            old, new = (name, None) if change.deleted else (None, name)
            seen = {"tag": {"name": name}, "field": {"name": "tags", "label": name, "old": old, "new": new}}
            yield event_of(change, kind, row.profile_id, name=name, snapshot=seen)


def custom_value_events(changes: list[Change]) -> Iterator[Event]:
    """Say which custom fields changed; those that came with a new profile are no update."""
    for change in changes:
        row: CustomValue = change.row
        if is_being_created(row.profile_id):
            continue
        column = CustomValue.COLUMN[row.field.type]
        old = row.value if change.deleted else change.before.get(column)
        new = None if change.deleted else row.value
        if old != new:
            yield _field(change, row.profile_id, f"{CUSTOM}{row.field.name}", row.field.label, old, new)


def _field(change: Change, profile_id: int, name: str, label: str, old: Any, new: Any) -> Event:
    seen = {"name": name, "label": label, "old": plain(old), "new": plain(new)}
    return event_of(change, Kind.FIELD_CHANGED, profile_id, name=name, snapshot={"field": seen})
