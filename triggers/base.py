"""Trigger types: what can start a workflow, and what then updates or ends its runs."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from crm.cause import Origin
from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class Variable:
    """A merge tag that exists in runs of a trigger."""

    path: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class RunView:
    """A live run as a trigger sees it when it is asked whether the reason for the run still stands."""

    id: int
    profile_id: int
    key: str
    event: EventView


class Trigger(ABC):
    """A type of trigger; an instance is one trigger with its cleaned options."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    #: one sentence: when it fires and on whom
    help: ClassVar[str | Promise] = ""
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    #: the event kinds it reads
    reads: ClassVar[frozenset[str]]
    #: the event kinds that end its live runs (those with the same key)
    ended_by: ClassVar[frozenset[str]] = frozenset()
    #: what it speaks of: order, cart, consent, pot, field, api, sale, failure …; conditions and actions name topics
    topics: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    @classmethod
    def upgrade(cls, options: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring options written with an older schema to the present one."""
        return options

    def matches(self, event: EventView, *, workflow_id: int) -> bool:
        """Tell whether an event is an occurrence of this trigger for that workflow."""
        return event.kind in self.reads and may_start(event) and self.accepts(event, workflow_id)

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Tell whether the options want an event of a kind that the trigger reads."""
        return True

    def run_key(self, event: EventView) -> str:
        """Return the key under which a live run is updated instead of another started; empty: each starts its own."""
        return ""

    def end_reason(self, event: EventView, run_key: str) -> str:
        """Return why an event of a kind in `ended_by` ends a live run with that key, or empty."""
        return ""

    def standing(self, runs: Sequence[RunView]) -> dict[int, str]:
        """Say before each action, with one query, which runs have lost their reason (cart ordered…): id → reason."""
        return {}

    def products(self, event: EventView) -> list[str] | None:
        """Return the references of the products the event speaks of; None: it speaks of none, W4 does not apply."""
        return None

    def own_order(self, event: EventView) -> str:
        """Return the reference of the order that is the event, whose ownership W6 does not count."""
        return ""

    def runs_at_once(self) -> int:
        """Return how many runs one change of a profile may start: one for each field, consent … that is watched."""
        return 1

    def variables(self) -> Iterable[Variable]:
        """List the merge tags under `data` in its runs."""
        return ()

    def due(self, since: datetime, until: datetime) -> None:  # noqa: B027
        """Record the events that became due in a span of time (T13, T15), once each, however often it is asked.

        The span begins no earlier than the workflow became live; what was due before is not made up.
        """

    @abstractmethod
    def describe(self) -> str:
        """Say the trigger and its options in plain words, in the current language."""


def may_start(event: EventView) -> bool:
    """Tell whether an event may start anything: what was imported may where that import was ticked to (spec 1)."""
    return event.origin != Origin.IMPORT or (event.snapshot.get("import") or {}).get("starts") is True


#: Any app may register.
trigger_types: Registry[Trigger] = Registry("trigger")
