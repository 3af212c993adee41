"""Which filters a text may use, each with a bound on what it takes and makes."""

from collections.abc import Callable
from decimal import DecimalException
from functools import wraps
from typing import Any

from liquid.exceptions import FilterArgumentError, ResourceLimitError

#: `safe` would let posted data through as HTML; base64 and URL decoding unescape what was escaped.
WITHHELD = (
    "safe",
    "escapejs",
    "base64_decode",
    "base64_encode",
    "base64_url_safe_decode",
    "base64_url_safe_encode",
    "url_decode",
)
LONGEST_TEXT = 200_000
LONGEST_LIST = 5_000
LARGEST_NUMBER = 10**30


def check_size(value: object) -> None:
    """Raise where a value is larger than any message needs."""
    if isinstance(value, str):
        too_large = len(value) > LONGEST_TEXT
    elif isinstance(value, (list, tuple, dict, range)):
        too_large = len(value) > LONGEST_LIST
    elif isinstance(value, int):
        too_large = not -LARGEST_NUMBER < value < LARGEST_NUMBER
    else:
        return
    if too_large:
        raise ResourceLimitError("value too large", token=None)


def check_product(name: str, left: object, arguments: tuple[Any, ...]) -> None:
    """Raise before a filter multiplies texts: what `replace` or `join` would make is computed first."""
    if name.startswith("replace") and arguments:
        text, sought, put = str(left), str(arguments[0]), str(arguments[1]) if len(arguments) > 1 else ""
        times = 1 if name != "replace" else (text.count(sought) if sought else len(text) + 1)
        made = len(text) + times * len(put)
    elif name == "join" and isinstance(left, (list, tuple)):
        separator = str(arguments[0]) if arguments else " "
        made = sum(len(item) if isinstance(item, str) else 20 for item in left) + len(left) * len(separator)
    else:
        return
    if made > LONGEST_TEXT:
        raise ResourceLimitError("value too large", token=None)


def bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses values too large to be meant, and whose mistakes are errors of the text."""
    multiplies = name == "join" or name.startswith("replace")

    @wraps(function)
    def bounded_filter(left: object, *arguments: Any, **options: Any) -> Any:
        check_size(left)
        for argument in arguments:
            check_size(argument)
        if multiplies:
            check_product(name, left, arguments)
        try:
            made = function(left, *arguments, **options)
        except (ValueError, ArithmeticError, AttributeError, KeyError, IndexError, DecimalException) as error:
            raise FilterArgumentError(f"{name}: {error}", token=None) from error
        check_size(made)
        return made

    for flag in ("with_context", "with_environment"):
        if getattr(function, flag, False):
            setattr(bounded_filter, flag, True)
    return bounded_filter


def restrict(filters: dict[str, Callable[..., Any]]) -> None:
    """Withhold what is unsafe and bound all others, in place."""
    for name in WITHHELD:
        filters.pop(name, None)
    for name, function in filters.items():
        filters[name] = bounded(name, function)
