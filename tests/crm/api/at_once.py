"""Do the same thing from several threads at the same moment."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Callable[[int], T], *, times: int = 8) -> list[T]:
    """Call `work` with 0…n from as many threads; returns what they returned, in the order of their end."""
    results: list[T] = []
    start = threading.Barrier(times)

    def run(number: int) -> None:
        start.wait()
        try:
            results.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == times, "a thread failed"
    return results
