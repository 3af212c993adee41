"""Channels that are calls over HTTP: prepared from rows in the worker's thread, made in a pool, without a database."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from actions.channels.results import Final, Result, Skip
from actions.models import Delivery
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class Call:
    """A call ready to be made: the host that limits it, and what makes it (may take seconds, touches no row)."""

    host: str
    make: Callable[[], Result]


class HttpChannel(ABC):
    """A channel of the `http` worker."""

    kind: ClassVar[str]

    @abstractmethod
    def prepare_many(self, deliveries: Sequence[Delivery]) -> list[Call | Final | Skip]:
        """Return the call of each delivery, or why there can never be one, with a fixed number of queries."""


#: Any app may register.
http_channels: Registry[HttpChannel] = Registry("HTTP channel")
