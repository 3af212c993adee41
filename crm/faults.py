"""Points between claim and commit at which a fault test kills this process; nothing happens anywhere else.

`DECLIC_KILL_AT="events.taken:3:/folder"` with `BENCH=1` kills the process with SIGKILL at its third pass of that
point, once for all processes that share the folder (a file in it says that it was done).
"""

import os
import signal
from pathlib import Path

_name, _, _rest = (os.environ.get("DECLIC_KILL_AT", "") if os.environ.get("BENCH") else "").partition(":")
_count, _, _folder = _rest.partition(":")
_left = int(_count or 0)


def point(name: str) -> None:
    """Pass a point; dies here if a fault test asks for it."""
    global _left
    if name != _name:
        return
    _left -= 1
    if _left > 0:
        return
    try:
        os.close(os.open(Path(_folder) / f"{name}.killed", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
