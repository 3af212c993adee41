"""How a process is started: leader of a session of its own, and gone when the one that started it is killed."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Process(Protocol):
    """What the supervisor asks of a process, be it a program or a fork."""

    @property
    def pid(self) -> int:
        """Return its id, which is that of its process group too."""

    def poll(self) -> int | None:
        """Return its exit code (negative for a signal), or None while it runs."""

    def wait(self) -> int:
        """Wait for its end and return the exit code."""


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent is killed."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _take_name(name: str) -> None:
    """Let tools show what this process is."""
    if _libc is not None and name:
        _libc.prctl(PR_SET_NAME, name.encode()[:15])


def start_program(command: Sequence[str]) -> Process:
    """Start another program."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent)


class Fork:
    """A copy of this process that runs a function."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def _reap(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end."""
        code = self._reap(0)
        assert code is not None
        return code


def start_fork(function: Callable[[], None], name: str = "") -> Process:
    """Run a function in a copy of this process, which has everything loaded; it must have no threads.

    `name` (15 characters count) is what `ps -o comm` and `top` show.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Fork(pid)
    code = 1
    try:
        os.setsid()
        _die_with_parent()
        _take_name(name)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        random.seed()
        function()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
