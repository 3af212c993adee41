"""Control blocks: waits and ends."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, ClassVar

from django.utils.functional import Promise

from crm.forms import ConfigForm
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class WaitContext:
    """What a wait may read: when it began; for a wait by the clock also the profile's zone and the date it names."""

    now: datetime
    zone: tzinfo = UTC
    day: date | None = None


class Control(ABC):
    """A type of control block; `until` says how long the run stays, None ends the run."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    is_end: ClassVar[bool] = False
    #: whether `until` reads the profile's clock: such a wait is resolved anew when it is restarted or was paused
    is_by_clock: ClassVar[bool] = False

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

    @abstractmethod
    def until(self, context: WaitContext) -> datetime:
        """Return the instant at which the run goes on."""

    @abstractmethod
    def describe(self) -> str:
        """Say the block in plain words."""


#: Any app may register.
control_types: Registry[Control] = Registry("control block")
