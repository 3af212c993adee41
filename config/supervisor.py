"""The supervisor: starts processes, restarts what ends, and at the end leaves nothing behind."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from config.processes import Process, start_fork, start_program

FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds before a restart
STEADY_AFTER = 30.0  # seconds alive after which a process counts as well again
GRACE = 20.0  # seconds that a process has to end


@dataclass
class Child:
    """One process to keep alive: a program, or a function that runs in a fork of this process."""

    name: str
    what: Sequence[str] | Callable[[], None]
    is_last: bool = False
    """Ended after all others, because they need it until then."""
    process: Process | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    wait: float = field(default=FIRST_WAIT)

    def start(self) -> None:
        """Start it."""
        self.started_at = time.monotonic()
        self.process = start_fork(self.what, self.name) if callable(self.what) else start_program(self.what)

    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Ask it to end; what it has started itself it needs until then."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End its whole process group, also when the leader has ended already."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Keep children alive until SIGTERM, SIGINT or SIGHUP."""

    def __init__(self, children: Sequence[Child], *, report: Callable[[str], None], grace: float = GRACE) -> None:
        self.children = list(children)
        self.report = report
        self.grace = grace
        self.is_stopping = False

    def install_signals(self) -> None:
        """End on the signals that people and service managers send."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def _asked(self, signum: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def start(self, name: str) -> Child:
        """Start one child ahead of the others."""
        child = next(child for child in self.children if child.name == name)
        child.start()
        return child

    def run(self, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Start what does not run yet, call `meanwhile` after each look at the children, and stop all at the end."""
        try:
            while not self.is_stopping:
                self.look_after()
                meanwhile()
                time.sleep(0.1)
        finally:
            self.stop()

    def look_after(self) -> None:
        """Start children that are due, plan the restart of those that have ended."""
        now = time.monotonic()
        for child in self.children:
            if child.is_running():
                if now - child.started_at > STEADY_AFTER:
                    child.wait = FIRST_WAIT
            elif child.process is not None:
                self.report(f"{child.name} ended with {child.process.poll()}, again in {child.wait:g} s")
                child.kill()  # what it started
                child.process = None
                child.start_again_at = now + child.wait
                child.wait = min(child.wait * 2, LONGEST_WAIT)
            elif now >= child.start_again_at:
                child.start()

    def stop(self) -> None:
        """End every process: ask, wait, then kill; those marked last are asked last."""
        for is_last in (False, True):
            group = [child for child in self.children if child.is_last is is_last]
            for child in group:
                child.ask_to_end()
            end = time.monotonic() + self.grace
            while any(child.is_running() for child in group) and time.monotonic() < end:
                time.sleep(0.02)
            for child in group:
                child.kill()
                if child.process is not None:
                    child.process.wait()
