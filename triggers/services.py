"""The ledger's own verbs: record events."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction

from crm import clock, db
from crm.bare import bare_row
from crm.cause import Cause
from crm.imports.starting import may_start
from crm.services.quick_insert import insert_for_email
from crm.signals import Change
from crm.tracked import lock_profiles
from crm.values import email_key
from triggers.models import Event, Kind
from triggers.signals import events_recorded

_heard: ContextVar[Collection[str] | None] = ContextVar("heard", default=None)


@contextmanager
def only_heard(kinds: Collection[str]) -> Iterator[None]:
    """Record events of other kinds as handled already, for whoever knows that nobody listens to those.

    The caller keeps listeners from changing until its transaction ends.
    """
    token = _heard.set(kinds)
    try:
        yield
    finally:
        _heard.reset(token)


def record(events: list[Event]) -> list[Event]:
    """Insert events with one statement and state that they are there; the caller's transaction carries them."""
    heard = _heard.get()
    if heard is not None:
        for event in events:
            if event.kind not in heard:
                event.handled_at = event.recorded_at
    if may_start():
        for event in events:
            event.snapshot = {**event.snapshot, "import": {"starts": True}}
    if events:
        db.insert_rows(events)
        events_recorded.send(sender=Event, events=events)
    return events


def record_once(events: Sequence[Event]) -> list[Event]:
    """Record events that carry `once`, but for those recorded before; returns the new ones."""
    with transaction.atomic():
        lock_profiles(event.profile_id for event in events)
        known: set[str] = set()
        for start in range(0, len(events), db.ID_BATCH):
            keys = [event.once for event in events[start : start + db.ID_BATCH]]
            known.update(Event.objects.filter(once__in=keys).values_list("once", flat=True))  # type: ignore[arg-type]
        fresh = {event.once: event for event in events if event.once not in known}
        return record(list(fresh.values()))


def record_call(
    email: str, *, identifier: str, key_name: str, key_value: str, data: Mapping[str, Any], cause: Cause
) -> Event | None:
    """Record a call of the trigger endpoint for the profile with an e-mail; None when nobody has it.

    What was posted is the event's data. Outside of a transaction this is one, and `events_recorded` is sent after it.
    """
    now = clock.now()
    snapshot = {**data, "key": {key_name: key_value}}
    event = build(Kind.API_CALLED, None, cause, now, now, name=identifier, key=key_value, snapshot=snapshot)
    recorded = insert_for_email(event, email_key=email_key(email))
    if recorded is not None:
        events_recorded.send(sender=Event, events=[recorded])
    return recorded


def event_of(
    change: Change, kind: str, profile_id: int, *, name: str = "", key: str = "", snapshot: dict[str, Any]
) -> Event:
    """Return the event, not yet recorded, that a change is for a profile."""
    return build(
        kind, profile_id, change.cause, change.occurred_at, change.recorded_at, name=name, key=key, snapshot=snapshot
    )


def build(
    kind: str,
    profile_id: int | None,
    cause: Cause,
    occurred_at: datetime,
    recorded_at: datetime,
    *,
    name: str = "",
    key: str = "",
    snapshot: dict[str, Any],
    once: str | None = None,
) -> Event:
    """Return an event, not yet recorded."""
    return bare_row(
        Event,
        kind=kind,
        profile_id=profile_id,
        name=name[:120],
        key=key[:150],
        snapshot=snapshot,
        once=once,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        **cause.columns(),
    )
