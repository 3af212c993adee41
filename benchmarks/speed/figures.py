"""A figure, its floor and their ratio; a table of them, and the file that keeps them."""

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Figure:
    """A median of rounds: `ratio` is value / floor, `raw` holds each round's (value, floor)."""

    name: str
    database: str
    value: float
    unit: str
    floor: float
    ratio: float
    raw: list[tuple[float, float]]
    commit: str
    rows_before: int
    rows_after: int
    what_floor: str = field(default="")


def figure(
    name: str, database: str, unit: str, rounds: Sequence[tuple[float, float]], *, rows: tuple[int, int], floor: str
) -> Figure:
    """Make a figure of the medians of rounds."""
    value = statistics.median(each for each, _ in rounds)
    least = statistics.median(each for _, each in rounds)
    ratio = value / least if least else 0.0
    return Figure(
        name, database, round(value, 2), unit, round(least, 2), round(ratio, 3), list(rounds), _commit(), *rows, floor
    )


def show(figures: Sequence[Figure]) -> None:
    """Print a table."""
    print(f"{'figure':<30} {'database':<9} {'value':>10} {'unit':<9} {'floor':>10} {'ratio':>7}  floor is")
    for each in figures:
        print(
            f"{each.name:<30} {each.database:<9} {each.value:>10.1f} {each.unit:<9} {each.floor:>10.1f} "
            f"{each.ratio:>7.3f}  {each.what_floor}"
        )


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) for each in figures], indent=1))


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip()
