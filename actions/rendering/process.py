"""The child process as its parent sees it: requests out, answers in, each within a time."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actions.rendering import wire

ROOT = Path(__file__).resolve().parents[2]
#: Seconds of wall clock for one answer, and for a start.
ANSWER_WITHIN = 2.0
START_WITHIN = 20.0
_PIPE_SIZE = 1 << 20


class ChildLost(Exception):
    """The child is gone; `reason` is the code of a problem.

    `time` when it used up the processor time of a message, `late` when no answer came (the machine may be busy),
    `memory`, or `died`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RendererBroken(RuntimeError):
    """The child does not start at all: the machine or the installation is at fault, no text."""


class ChildProcess:
    """One child, from its start to its end; not safe for threads by itself."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-m", "actions.rendering.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=_environment(),
                bufsize=0,
            )
        except OSError as error:
            raise RendererBroken("The process that renders texts does not start.") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with contextlib.suppress(OSError):
                fcntl.fcntl(self._answers, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        try:
            self.answer(START_WITHIN)
        except ChildLost as lost:
            raise RendererBroken("The process that renders texts does not start.") from lost

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def ask(self, request: bytes) -> None:
        """Send one request; raise ChildLost where there is nobody to read it."""
        message = memoryview(len(request).to_bytes(4, "big") + request)
        try:
            while message:
                message = message[os.write(self._requests, message) :]
        except OSError:
            raise self._lost()

    def answer(self, within: float = ANSWER_WITHIN) -> Any:
        """Return the next answer: a tuple of texts or a JSON value; raise ChildLost where none comes in time."""
        deadline = time.monotonic() + within
        self._fill(4, deadline)
        length = int.from_bytes(self._buffer[:4], "big")
        self._fill(4 + length, deadline)
        message = bytes(memoryview(self._buffer)[4 : 4 + length])
        del self._buffer[: 4 + length]
        return wire.read(message)

    def close(self) -> None:
        """Let the child end by itself, else end it."""
        self._close_pipes()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Let go of a child that belongs to the process this one was forked from."""
        self._close_pipes()
        self._process.returncode = 0

    def _fill(self, length: int, deadline: float) -> None:
        while len(self._buffer) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise self._lost("late")
            piece = os.read(self._answers, _PIPE_SIZE)
            if not piece:
                raise self._lost()
            self._buffer += piece

    def _lost(self, reason: str = "died") -> ChildLost:
        self._close_pipes()
        if reason == "late":
            self._process.kill()
        try:
            ended = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            ended = self._process.wait()
        return ChildLost("time" if ended == -signal.SIGPROF else reason)

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _environment() -> Mapping[str, str]:
    """Return what the child may know of our environment: no secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
