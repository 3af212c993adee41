"""What can be asked: a condition is fact + operator + value, for workflows and segments alike."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.conditions.moment import Moment
from crm.conditions.operators import DAYS, Fact, Operator
from crm.conditions.values import TYPES, Choices, ValueType, listed, plain
from crm.errors import Invalid
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

    config holds at least "operator", and "value" where the operator takes one, unless the type says otherwise.
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    #: topics of triggers it is offered with (see triggers.base); empty: general, offered always
    topics: ClassVar[frozenset[str]] = frozenset()
    #: what its fact is (crm.conditions.values)
    value_type: ClassVar[str] = "text"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self._operand: tuple[Moment | None, Any] = (None, None)

    @classmethod
    def upgrade(cls, config: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a config written with an older schema to the present one."""
        return config

    @property
    def type(self) -> ValueType:
        """The type of the fact."""
        return TYPES[self.value_type]

    @property
    def operator(self) -> Operator:
        """The operator of the config; raises Invalid for one that there is not."""
        return self.type.operator(self.config.get("operator"))

    @property
    def value(self) -> Any:
        """The operand as it is stored."""
        return self.config.get("value")

    @property
    def needs_zone(self) -> bool:
        """Tell whether the answer depends on what day it is where the shop is."""
        return self.operator.takes == DAYS

    def check(self) -> None:
        """Raise Invalid for a stored config that no form of the type has written."""
        field = self.form_class.base_fields.get("operator")
        if field is not None and (field.required or self.config.get("operator")):
            self.type.read(self.operator, self.value)

    def freeze(self) -> dict[str, Any]:
        """Return the config as a version keeps it, with all that it must not look up later."""
        return dict(self.config)

    def archived(self) -> list[str]:
        """Name what the condition asks about that is archived."""
        return []

    def operand(self, moment: Moment) -> Any:
        """Return the operand that the fact is compared with, seen from a moment; read once for many facts."""
        if self._operand[0] is not moment:
            self._operand = (moment, self.type.operand(self.operator, self.value, moment))
        return self._operand[1]

    def holds(self, fact: Any, moment: Moment) -> bool:
        """Decide in Python."""
        return self.operator.holds(fact, self.operand(moment))

    def show(self, fact: Any) -> Any:
        """Return the fact as the journal keeps it (JSON)."""
        return plain(fact)

    @property
    def choices(self) -> Choices:
        """The names of what `value` may hold, for `describe`."""
        return ()

    def comparison(self) -> str:
        """Say the operator and the operand: "is at least 3"."""
        said = self.type.say_operand(self.operator, self.value, self.choices)
        return f"{self.operator.label} {said}".strip()

    def say_fact(self, shown: Any) -> str:
        """Say a fact as the journal keeps it; empty where the answer says it already."""
        if shown is None or shown == "" or isinstance(shown, bool):
            return ""
        names = dict(self.choices)
        return ", ".join(str(names[item]) if item in names else self._said(item) for item in listed(shown))

    def _said(self, item: Any) -> str:
        try:
            return self.type.say(item)
        except (TypeError, ValueError, ArithmeticError):  # an older kind of fact
            return str(item)

    @abstractmethod
    def describe(self) -> str:
        """Say the condition in plain words, in the current language, with values and names as a marketer knows them."""


class ProfileCondition(Condition):
    """A condition about a profile (general): answered for many profiles by one query, or from plain facts."""

    #: whether the fact can be told as it was at an earlier instant; where not, the present one is told
    has_history: ClassVar[bool] = True

    @property
    def segment(self) -> str:
        """The uid of the segment whose rules decide; empty: the condition decides by itself."""
        return ""

    @abstractmethod
    def expression(self, moment: Moment) -> Fact:
        """Return the fact as an expression over a Profile queryset, as of a moment."""

    @abstractmethod
    def read(self, facts: Mapping[str, Any], moment: Moment) -> Any:
        """Read the same fact from plain facts (crm.conditions.facts), as of a moment."""

    def shape(self, fact: Any, moment: Moment) -> Any:
        """Turn what the query gave for `expression` into the fact, where the database cannot."""
        return fact

    def q(self, moment: Moment) -> Q:
        """Decide in SQL, over a Profile queryset."""
        return self.operator.q(self.expression(moment), self.operand(moment))


class EventCondition(Condition):
    """A condition about the event that started the run: reads the snapshot, never today's row.

    In a run that an event of another kind started it is false, negated or not.
    """

    #: the kinds of events it can be asked of; empty: of any
    reads: ClassVar[frozenset[str]] = frozenset()

    def applies(self, event: EventView) -> bool:
        """Tell whether the condition can be asked of this event."""
        return not self.reads or event.kind in self.reads

    @abstractmethod
    def read(self, event: EventView) -> Any:
        """Read the fact from the event; None where it is missing."""


#: Any app may register.
condition_types: Registry[Condition] = Registry("condition")


def stored_condition(kind: str, config: Mapping[str, Any]) -> Condition:
    """Return a condition as it was stored; raises Invalid where no form of ours has written it so."""
    cls = condition_types.get(kind)
    if cls is None:
        raise Invalid(_("There is no such condition: %(kind)s.") % {"kind": kind[:60]})
    condition = cls(config)
    try:
        condition.check()
    except Invalid as error:
        raise Invalid(f"{cls.label}: {error.message}", field=error.field) from error
    return condition
