"""How conditions read missing and mixed values, and how long a range may be.

Liquid compares strictly. A shop that posts form fields sends "2" where another sends 2, and a field that nobody filled
is missing, null or "" depending on its door: to whoever writes a condition these are the same. The library has
no setting for it, so its comparison functions are replaced; the tests hold what they must do.
"""

from typing import Any

from liquid.builtin.expressions import logical
from liquid.builtin.expressions.primitive import Blank, Empty, RangeLiteral
from liquid.builtin.tags import case_tag
from liquid.exceptions import ResourceLimitError
from liquid.limits import to_int
from liquid.undefined import is_undefined

LONGEST_RANGE = 5_000


def is_nothing(value: object) -> bool:
    """Tell whether a value is missing, null or empty."""
    return value is None or is_undefined(value) or (isinstance(value, (str, list, tuple, dict)) and not value)


def is_truthy(value: object) -> bool:
    """Tell whether a condition that only names a value holds."""
    return value is not False and not is_nothing(value)


def number(value: object) -> float | int | None:
    """Return a number, or one written as text; None for all others."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return value
    try:
        return float(value) if len(value) <= 40 else None
    except ValueError:
        return None


def equal(left: object, right: object) -> bool:
    """Compare as a marketer would: nothing equals "", nil, blank and empty; 2 equals "2"."""
    if isinstance(right, (Empty, Blank)):
        left, right = right, left
    if isinstance(left, Blank):
        return is_nothing(right) or (isinstance(right, str) and right.isspace())
    if isinstance(left, Empty):
        return is_nothing(right)
    if is_nothing(left) or is_nothing(right):
        return is_nothing(left) and is_nothing(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) != isinstance(right, str) and (one := number(left)) is not None:
        return one == number(right)
    return left == right


def less(left: object, right: object, *, or_equal: bool) -> bool:
    """Compare numbers, or numbers written as text, else two texts; what cannot be compared is not less."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return one <= other if or_equal else one < other
    if isinstance(left, str) and isinstance(right, str):
        return left <= right if or_equal else left < right
    return False


def contains(left: object, right: object) -> bool:
    """Tell whether a text holds a text or a list an item; false for what is neither."""
    if is_nothing(left) or is_nothing(right):
        return False
    if isinstance(left, str):
        return str(right) in left
    if isinstance(left, (list, tuple, dict, range)):
        return any(equal(item, right) for item in left)
    return False


def bounded_range(start: Any, stop: Any) -> range:
    """Return the range of a literal `(a..b)`; no filter can then make more of it than it holds."""
    ends = []
    for end in (start, stop):
        try:
            ends.append(to_int(end))
        except (ValueError, TypeError):
            ends.append(0)
    if ends[1] - ends[0] >= LONGEST_RANGE:
        raise ResourceLimitError("range too long", token=None)
    return range(ends[0], ends[1] + 1)


def install() -> None:
    """Put these rules in the place of the library's."""
    replaced: list[tuple[Any, str, Any]] = [
        (logical, "is_truthy", is_truthy),
        (logical, "_eq", equal),
        (logical, "_lt", lambda _token, left, right: less(left, right, or_equal=False)),
        (logical, "_le", lambda left, right: less(left, right, or_equal=True)),
        (logical, "_contains", lambda _token, left, right: contains(left, right)),
        (case_tag, "_eq", equal),
        (RangeLiteral, "_make_range", staticmethod(bounded_range)),
    ]
    for place, name, function in replaced:
        if not hasattr(place, name):
            raise RuntimeError(f"python-liquid no longer has {place.__name__}.{name}")
        setattr(place, name, function)
