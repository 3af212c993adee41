"""What time it is: the one place that reads the clock, so that a loader or a simulation may give the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_given: ContextVar[datetime | None] = ContextVar("declic_clock", default=None)


def now() -> datetime:
    """Return the current instant in UTC, or the one given by `at`."""
    return _given.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Make `now()` answer `instant` (aware) inside the block, in this thread only."""
    if instant.tzinfo is None:
        raise ValueError("clock.at needs an aware datetime")
    token = _given.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _given.reset(token)
