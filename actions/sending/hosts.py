"""What this process knows of the hosts it calls: how many calls are under way, how slow they are, whether they live."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from actions.channels.http import Call
from actions.models import Delivery

CALLS_AT_ONCE = 2
#: what stays in the house is marked in groups
KEPT_AT_ONCE = 20
#: a host that is slower than this gets one call at a time
SLOW = 2.0  # seconds
#: so many failures in a row open the breaker
FAILURES = 5
BROKEN_FOR = 30.0  # seconds
#: rows in hand for a host: work for about so many seconds
AHEAD = 2.0
MOST_AHEAD = 40


@dataclass(slots=True)
class Host:
    """One host; used by the worker's thread only."""

    name: str
    waiting: deque[tuple[Delivery, Call]] = field(default_factory=deque)
    under_way: int = 0
    latency: float = 0.2
    failures: int = 0
    closed_until: float = 0.0
    #: addresses that are served by it, as deliveries name them
    recipients: set[str] = field(default_factory=set)
    #: channels whose every delivery is served by it
    channels: set[str] = field(default_factory=set)

    @property
    def is_broken(self) -> bool:
        """Tell whether it is to be left alone for now."""
        return time.monotonic() < self.closed_until

    @property
    def is_slow(self) -> bool:
        """Tell whether its calls take long."""
        return self.latency > SLOW

    @property
    def quota(self) -> int:
        """Return how many rows may be in hand for it."""
        return max(CALLS_AT_ONCE, min(MOST_AHEAD, int(CALLS_AT_ONCE * AHEAD / max(self.latency, 0.001))))

    @property
    def in_hand(self) -> int:
        """Return how many rows are."""
        return len(self.waiting) + self.under_way

    def next_calls(self) -> list[tuple[Delivery, Call]]:
        """Take what may be started now."""
        most = 1 if self.is_slow or self.failures >= FAILURES else CALLS_AT_ONCE if self.name else KEPT_AT_ONCE
        started = []
        while self.waiting and self.under_way < most and not self.is_broken:
            started.append(self.waiting.popleft())
            self.under_way += 1
        return started

    def drop_excess(self) -> list[Delivery]:
        """Take out of hand what it will not get to soon."""
        most = 0 if self.is_broken else self.quota
        dropped = []
        while len(self.waiting) > most:
            dropped.append(self.waiting.pop()[0])
        return dropped

    def ended(self, seconds: float, *, is_failure: bool) -> None:
        """Note how a call went."""
        self.under_way -= 1
        self.latency += 0.3 * (seconds - self.latency)
        self.failures = self.failures + 1 if is_failure else 0
        if self.failures >= FAILURES:
            self.closed_until = time.monotonic() + BROKEN_FOR


class Hosts:
    """The hosts of a process."""

    def __init__(self) -> None:
        self._by_name: dict[str, Host] = {}
        self.lock = threading.Lock()

    def __getitem__(self, name: str) -> Host:
        if name not in self._by_name:
            if len(self._by_name) > 1000:
                self._by_name = {key: host for key, host in self._by_name.items() if host.in_hand}
            self._by_name[name] = Host(name)
        return self._by_name[name]

    def all(self) -> list[Host]:
        """List them."""
        return list(self._by_name.values())

    def forget(self) -> None:
        """Start afresh."""
        self._by_name.clear()
