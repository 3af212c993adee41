"""Control blocks: waits, splits and ends."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, ClassVar

from django.utils.functional import Promise

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class WaitContext:
    """What a wait may read: when it began; for a wait by the clock also the profile's zone and the date it names."""

    now: datetime
    zone: tzinfo = UTC
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A run that leaves a block with exits: where, of whom, and the event that ended its wait, if one did."""

    step_id: str
    profile_id: int
    event: EventView | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for an event, as a block sees it when it is asked whether an event is the one."""

    run_id: int
    key: str


class Control(ABC):
    """A type of control block.

    `until` says how long the run stays there, if it does. A block with `exits` says by `choose` through which of them
    the run leaves. The wait at one that `hears` kinds of events is over as soon as one is recorded that it `wants`.
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "hourglass_empty"
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    is_end: ClassVar[bool] = False
    #: whether `until` reads the profile's clock: such a wait is resolved anew when it is restarted or was paused
    is_by_clock: ClassVar[bool] = False
    #: whether chance decides by which exit a customer leaves, so that those of each exit can be compared
    is_by_chance: ClassVar[bool] = False

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    @classmethod
    def upgrade(cls, config: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a config written with an older schema to the present one."""
        return config

    @property
    def date_field(self) -> str:
        """The date of the profile (`birthday`, `custom.<name>`) that a wait by the clock names, if any."""
        return ""

    def exits(self) -> Mapping[str, str]:
        """Return its exits in their order, key (of `workflows.exits.KEYS`) → name; none: the run goes on behind it.

        Asked of configs that no form has accepted, too.
        """
        return {}

    @abstractmethod
    def until(self, context: WaitContext) -> datetime | None:
        """Return the instant at which the run goes on; None: it does not wait."""

    def hears(self) -> frozenset[str]:
        """Return the kinds of events that may end the wait."""
        return frozenset()

    def wants(self, event: EventView, waiting: Waiting) -> bool:
        """Tell whether an event of a kind that it hears ends the wait of a run."""
        return False

    def choose(self, leaving: Leaving) -> str:
        """Return the key of the exit that a run takes."""
        return ""

    @abstractmethod
    def describe(self) -> str:
        """Say the block in plain words."""


#: Any app may register.
control_types: Registry[Control] = Registry("control block")
