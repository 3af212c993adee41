"""Values as a snapshot holds them (JSON), read as the facts that conditions compare."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from crm.errors import Invalid
from crm.values import parse_boolean, parse_date, parse_number


def read_value(value_type: str, written: Any) -> Any:
    """Return a written value in a type; None where there is none, or it is of another type."""
    if written is None or written == "":
        return None
    try:
        return _READERS[value_type](written)
    except (Invalid, ValueError, OverflowError):
        return None


def _text(written: Any) -> str | None:
    if isinstance(written, bool):
        return "true" if written else "false"
    return str(written) if isinstance(written, str | int | float | Decimal) else None


def _date(written: Any) -> Any:
    if isinstance(written, str) and len(written) > 10 and written[4:5] == "-":
        return datetime.fromisoformat(written).date()
    return parse_date(written)


def _boolean(written: Any) -> bool | None:
    return parse_boolean(written) if isinstance(written, bool | str | int) else None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "choice": _text,
    "number": parse_number,
    "date": _date,
    "boolean": _boolean,
}
