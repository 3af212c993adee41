"""The operators of conditions: each decides in Python and in SQL alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to compare a fact with a value; `label` is said between the two."""

    name: str
    label: str | Promise
    holds: Callable[[Any, Any], bool]
    q: Callable[[str, Any], Q]
    needs_value: bool = True


_operators: dict[str, Operator] = {}


def operator_named(name: str) -> Operator:
    """Return an operator of ours; raises KeyError for any other word."""
    return _operators[name]
