"""The facts that crm states, in the past tense, inside the transaction that makes them true."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.dispatch import Signal

from crm.cause import Cause

#: Rows of a tracked model were created, changed or deleted; sender is the model class.
#: provides args: changes (list[Change], one for each row)
changed = Signal()

#: The same, once all receivers of `changed` are done: for what follows from the facts inside crm, so that in the
#: ledger a consequence comes after its cause. sender is the model class.
#: provides args: changes (list[Change], one for each row)
settled = Signal()


@dataclass(frozen=True, slots=True)
class Change:
    """One row that changed: `before` holds the old value of each changed column (empty for a created row)."""

    row: Any
    cause: Cause
    occurred_at: datetime
    recorded_at: datetime
    created: bool = False
    deleted: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)


def state(changes: list[Change]) -> None:
    """Send `changed`, then `settled`, for rows of one model; does nothing for an empty list."""
    if changes:
        model: type[Model] = type(changes[0].row)
        changed.send(sender=model, changes=changes)
        settled.send(sender=model, changes=changes)
