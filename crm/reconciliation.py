"""Promises that can be checked in SQL: each app declares its own in a `reconcile` module."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of docs/design.md, section 3, and what finds what breaks it, a sentence for each finding."""

    name: str
    check: Check


_promises: dict[str, Promise] = {}


def promise(check: Check) -> Check:
    """Declare a check; its name is the function's, its docstring is the promise."""
    _promises[f"{check.__module__}.{check.__name__}"] = Promise((check.__doc__ or check.__name__).strip(), check)
    return check


def promises() -> list[Promise]:
    """Return all promises, the ground's first."""
    autodiscover_modules("reconcile")
    return list(_promises.values())
