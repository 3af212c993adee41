"""The making of a profile: what is written with it is part of its creation, not a later update (T9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_made: ContextVar[int | None] = ContextVar("declic_profile_being_made", default=None)


def is_being_created(profile_id: int) -> bool:
    """Tell whether tags and values of that profile are written as part of its creation."""
    return _made.get() == profile_id


@contextmanager
def creation_of(profile_id: int | None) -> Iterator[None]:
    """Count the tags and custom values written inside the block as part of a profile's creation; None: of no one's."""
    token = _made.set(profile_id)
    try:
        yield
    finally:
        _made.reset(token)
