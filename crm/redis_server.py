"""Calls of Redis (or Valkey) that hold nobody up: short time-outs, and a breaker while it is away."""

import time
from functools import cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CALL_TIMEOUT = 0.1  # seconds that one call may take


class Breaker:
    """Remember that a server is away, so that nobody waits for it in vain; longer each time, up to `longest`."""

    def __init__(self, *, seconds: float = 2, longest: float | None = None) -> None:
        self.seconds, self.longest = seconds, longest or seconds
        self._pause = seconds
        self._until = 0.0

    def is_open(self) -> bool:
        """Tell whether the server is to be left alone for now."""
        return time.monotonic() < self._until

    def trip(self) -> None:
        """Leave the server alone for a while."""
        self._until = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, self.longest)

    def close(self) -> None:
        """Forget the failures."""
        self._until, self._pause = 0.0, self.seconds


breaker = Breaker()


@cache
def client_of(url: str) -> redis.Redis:
    """Return the client of this process: short time-outs, and one new connection where a kept one has died."""
    return redis.Redis.from_url(
        url,
        socket_timeout=CALL_TIMEOUT,
        socket_connect_timeout=CALL_TIMEOUT,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )
