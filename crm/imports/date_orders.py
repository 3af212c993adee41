"""How a file writes its days, by what stands in its first lines."""

import re
from collections.abc import Iterable, Sequence

_DAY = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2\d{4}")


def guessed_order(lines: Iterable[Sequence[str]]) -> str:
    """Return "dmy" or "mdy" where days are written so, else "ymd"; what may be both is taken for "dmy"."""
    found = [match for line in lines for value in line if (match := _DAY.fullmatch(value.strip()))]
    if not found:
        return "ymd"
    has_dots = any(match[2] == "." for match in found)
    is_american = any(int(match[3]) > 12 for match in found) and all(int(match[1]) <= 12 for match in found)
    return "mdy" if is_american and not has_dots else "dmy"
