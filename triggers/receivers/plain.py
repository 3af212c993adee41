"""Values as they stand in a snapshot: what JSON can hold."""

from datetime import date
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Return a column's value as JSON: days and instants as ISO texts, numbers as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
