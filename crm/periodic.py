"""What the scheduler repeats: any app declares it in its `jobs` or `sweeps` module."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.module_loading import autodiscover_modules

F = TypeVar("F", bound=Callable[[], object])


@dataclass(frozen=True, slots=True)
class Task:
    """A function to repeat, and the seconds between the end of one call and the next."""

    name: str
    every: float
    run: Callable[[], object]


tasks: dict[str, Task] = {}


def periodic(*, every: float) -> Callable[[F], F]:
    """Declare a function that the scheduler calls every so many seconds.

    It may run in two schedulers at once and must do no harm then; what it raises is logged and it is called again.
    """

    def declare(function: F) -> F:
        name = f"{function.__module__}.{function.__qualname__}"
        if name in tasks:
            raise ValueError(f"periodic task {name} is declared twice")
        tasks[name] = Task(name, every, function)
        return function

    return declare


def discover() -> list[Task]:
    """Import the modules that declare tasks and return all of them."""
    autodiscover_modules("jobs", "sweeps")
    return list(tasks.values())
