"""Compare what came out with what had to, line by line."""

from collections.abc import Mapping
from typing import Any


class Report:
    """Lines of a table: what, expected, found; counts the differences."""

    def __init__(self) -> None:
        self.differences = 0

    def compare(self, what: str, expected: Any, found: Any) -> None:
        """Print one line."""
        same = expected == found
        self.differences += not same
        print(f"{'✓' if same else '✗'} {what:<44} expected {expected!s:>12}   found {found!s:>12}")

    def compare_all(self, what: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Print one line for each name."""
        for name in sorted(expected.keys() | found.keys()):
            self.compare(f"{what} {name}", expected.get(name, 0), found.get(name, 0))
