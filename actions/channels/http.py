"""Channels that are calls over HTTP: prepared from rows in the worker's thread, made in a pool, without a database."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from actions.channels.results import Final, Result, Skip, Unknown
from actions.models import Delivery
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class Call:
    """A call ready to be made: the host that limits it, and what makes it (may take seconds, touches no row).

    Without a host it goes nowhere but into our own database, and is made in the worker's thread.
    """

    host: str
    make: Callable[[], Result]


class HttpChannel(ABC):
    """A channel of the `http` worker."""

    kind: ClassVar[str]
    #: whether all of its calls go to one host, so that they wait for it together
    has_one_host: ClassVar[bool] = False

    @abstractmethod
    def prepare_many(self, deliveries: Sequence[Delivery]) -> Sequence[Call | Final | Skip | Unknown]:
        """Return the call of each delivery, or why there can be none (any more), with a fixed number of queries."""

    @abstractmethod
    def shown(self, delivery: Delivery) -> str:
        """Return what is said, as it is or will be sent, for the page of the delivery."""


#: Any app may register.
http_channels: Registry[HttpChannel] = Registry("HTTP channel")
