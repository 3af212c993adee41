"""What can be asked: a condition is fact + operator + value, for workflows and segments alike."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Expression, Q
from django.utils.functional import Promise

from crm.conditions.operators import Operator, operator_named
from crm.forms import ConfigForm
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as conditions, triggers and texts see it: plain values only."""

    kind: str
    profile_id: int
    name: str = ""
    key: str = ""
    origin: str = ""
    workflow_id: int | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    id: int = 0
    depth: int = 0


class Condition(ABC):
    """A type of condition; an instance is one condition with its cleaned config.

    config holds at least "operator" and "value" unless the type says otherwise.
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    #: topics of triggers it is offered with (see triggers.base); empty: general, offered always
    topics: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    @classmethod
    def upgrade(cls, config: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a config written with an older schema to the present one."""
        return config

    @property
    def operator(self) -> Operator:
        """The operator of the config."""
        return operator_named(str(self.config["operator"]))

    @property
    def value(self) -> Any:
        """The operand of the config, in the type that the fact has."""
        return self.config.get("value")

    def holds(self, fact: Any) -> bool:
        """Decide in Python."""
        return self.operator.holds(fact, self.value)

    @abstractmethod
    def describe(self) -> str:
        """Say the condition in plain words, in the current language, with values and names as a marketer knows them."""


class ProfileCondition(Condition):
    """A condition about a profile (general): answered for many profiles by one query, or from plain facts."""

    @abstractmethod
    def expression(self, instant: Expression) -> Expression:
        """Return the fact as an expression over a Profile queryset, as of an instant (an expression too)."""

    @abstractmethod
    def read(self, facts: Mapping[str, Any], instant: datetime) -> Any:
        """Read the same fact from plain facts (crm.conditions.facts), as of an instant."""

    def q(self, name: str) -> Q:
        """Decide in SQL over the annotation `name` that holds the fact."""
        return self.operator.q(name, self.value)


class EventCondition(Condition):
    """A condition about the event that started the run: reads the snapshot, never today's row."""

    @abstractmethod
    def read(self, event: EventView) -> Any:
        """Read the fact from the event; None where the event has no such thing (then the condition is false)."""


#: Any app may register.
condition_types: Registry[Condition] = Registry("condition")
