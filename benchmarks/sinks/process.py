"""Start and stop a sink in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sinks.log import read_log

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class SinkProcess:
    """A sink that listens, and its log."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path

    def entries(self) -> list[dict[str, Any]]:
        """Return what was accepted so far."""
        return read_log(self.log)

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start_sink(kind: str, log: Path, options: Sequence[str] = (), *, port: int = 0) -> SinkProcess:
    """Start the sink `smtp` or `http`; return when it listens."""
    log.touch()
    command = [sys.executable, "-m", f"benchmarks.sinks.{kind}_sink", "--log", str(log), "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the {kind} sink did not start")
    said = json.loads(line)
    return SinkProcess(process, said["host"], said["port"], log)


@contextmanager
def sink(kind: str, log: Path, *options: str, port: int = 0) -> Iterator[SinkProcess]:
    """Run a sink for the length of a block."""
    running = start_sink(kind, log, options, port=port)
    try:
        yield running
    finally:
        running.stop()
