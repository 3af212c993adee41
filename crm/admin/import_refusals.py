"""Why lines of an import are refused: equal reasons together, each with some of its lines and values."""

from dataclasses import dataclass, field

from crm.imports.lines import REFUSED
from crm.models import Import

#: chunks that are looked through, and lines and values that are named of each reason
CHUNKS, NAMED = 200, 5
_LONGEST = 60


@dataclass(slots=True)
class Refusal:
    """One reason."""

    why: str
    number: int = 0
    #: numbers of lines in the file, its first line being 1
    lines: list[int] = field(default_factory=list)
    #: what stands there in the column, as long as the file is kept
    values: list[str] = field(default_factory=list)


def refusals_of(source: Import) -> list[Refusal]:
    """Return the reasons of the present check or import, most frequent first; one query."""
    found: dict[str, Refusal] = {}
    done = source.chunks.filter(refused__gt=0, number__lte=source.position).order_by("number")
    for chunk in done[:CHUNKS]:
        for at, (word, why, *column) in enumerate(chunk.outcomes):
            if word != REFUSED:
                continue
            refusal = found.setdefault(why, Refusal(why))
            refusal.number += 1
            if len(refusal.lines) < NAMED:
                refusal.lines.append(chunk.first_line + at)
            value = _value(chunk.lines, at, column[0] if column else None)
            if value and value not in refusal.values and len(refusal.values) < NAMED:
                refusal.values.append(value)
    return sorted(found.values(), key=lambda refusal: -refusal.number)


def _value(lines: list[list[str]], at: int, column: int | None) -> str:
    if column is None or at >= len(lines) or column >= len(lines[at]):
        return ""
    value = lines[at][column]
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
