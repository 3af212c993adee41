"""Control blocks: waits and ends."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from crm.forms import ConfigForm
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class WaitContext:
    """What a wait may read: when it began and the zone of the profile."""

    now: datetime
    zone: str


class Control(ABC):
    """A type of control block; `until` says how long the run stays, None ends the run."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    is_end: ClassVar[bool] = False

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    @classmethod
    def upgrade(cls, config: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a config written with an older schema to the present one."""
        return config

    @abstractmethod
    def until(self, context: WaitContext) -> datetime:
        """Return the instant at which the run goes on."""

    @abstractmethod
    def describe(self) -> str:
        """Say the block in plain words."""


#: Any app may register.
control_types: Registry[Control] = Registry("control block")
