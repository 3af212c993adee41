"""Points between claim and commit at which a fault test kills or holds this process; nothing happens anywhere else.

With `BENCH=1` and `DECLIC_FAULTS=/folder`, a file in that folder named like a point is an order to die there by
SIGKILL, carried out once over all processes: the one that does it renames the file to `NAME.done`. Words in the file:

- a number n: at the n-th pass of a process
- `group`: with the whole process group
- `row`: a row in hand at that point is chosen and kills whoever has it in hand there from then on (file `NAME:ROW`)
- `wait`: do not die, but stand still at that point until `NAME.done` is removed
- `stop`: do not die, but stop the whole process by SIGSTOP; `NAME.done` holds its id
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

_folder = os.environ.get("DECLIC_FAULTS", "") if os.environ.get("BENCH") == "1" else ""
_passes: Counter[tuple[str, int]] = Counter()


def point(name: str, rows: Iterable[int] = ()) -> None:
    """Pass a point with rows in hand; dies here if a fault test asks for it."""
    if _folder:
        _obey(Path(_folder) / name, list(rows))


def _obey(order: Path, rows: list[int]) -> None:
    if any(_deadly(order, row).exists() for row in rows):
        _die()
    try:
        words, made = order.read_text().split(), order.stat().st_mtime_ns
    except FileNotFoundError:
        return
    _passes[order.name, made] += 1
    if _passes[order.name, made] < int(next(filter(str.isdigit, words), "1")) or ("row" in words and not rows):
        return
    try:
        done = order.rename(f"{order}.done")
    except FileNotFoundError:  # another process was quicker
        return
    if "row" in words:
        _deadly(order, rows[len(rows) // 2]).touch()
    done.write_text(str(os.getpid()))
    while "wait" in words and done.exists():
        time.sleep(0.02)
    if "stop" in words:
        os.kill(os.getpid(), signal.SIGSTOP)
    elif "wait" not in words:
        _die(is_with_group="group" in words)


def _deadly(order: Path, row: int) -> Path:
    return order.with_name(f"{order.name}:{row}")


def _die(*, is_with_group: bool = False) -> None:
    if is_with_group:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
