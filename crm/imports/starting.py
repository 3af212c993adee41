"""Whether what an import brings may start workflows: only where that import says so (spec section 1)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_may_start: ContextVar[bool] = ContextVar("declic_import_may_start", default=False)

#: Upper floors add theirs: each begins to count, and returns what says how many runs would start from what was recorded
#: since. Called inside a transaction that is rolled back.
start_counters: list[Callable[[], Callable[[], int]]] = []


def may_start() -> bool:
    """Tell whether facts of origin *import* stated now may start workflows."""
    return _may_start.get()


@contextmanager
def starting(is_allowed: bool) -> Iterator[None]:
    """Let what is imported inside the block start workflows, or not."""
    token = _may_start.set(is_allowed)
    try:
        yield
    finally:
        _may_start.reset(token)
