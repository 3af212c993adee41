"""How long the ledger is kept."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.retention import RetentionClass, retention_classes
from triggers.models import Event
from triggers.personal import Events

#: who else needs events: each returns the ids that are needed still; upper floors add theirs
needed_whole: list[Callable[[Sequence[int]], set[int]]] = []
needed_at_all: list[Callable[[Sequence[int]], set[int]]] = []


class _OldEvents(RetentionClass):
    """Events of which nobody has need any more."""

    model = Event
    time = "recorded_at"
    least = 30
    needed: Sequence[Callable[[Sequence[int]], set[int]]] = ()

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those not yet handled, and those that others need."""
        used = {row.pk for row in rows if row.handled_at is None}
        keys = [row.pk for row in rows]
        return used.union(*(need(keys) for need in self.needed))


@retention_classes.register
class WhatEventsSaw(_OldEvents):
    """The snapshots: conditions of runs under way read them."""

    kind = "event_details"
    label = _("What events saw")
    meaning = _(
        "The values seen when something happened: fields before and after, carts, posted data. Older ones are blanked;"
        " that it happened, ids and amounts stay. Backtests and answers to “why” see no further back."
    )
    days = 2 * 365
    needed = needed_whole

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        Events().blank(rows)


@retention_classes.register
class WholeEvents(_OldEvents):
    """Events that started nothing and were refused nowhere."""

    kind = "events"
    label = _("Events that started nothing")
    meaning = _("Older events that no workflow heard, or whose refusals are gone, are deleted.")
    days = 3 * 365
    needed = needed_at_all
