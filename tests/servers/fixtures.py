"""Real servers on the loopback, one process each, for as long as a test takes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.sinks.process import SinkProcess, sink

StartSink = Callable[..., SinkProcess]


@pytest.fixture
def start_smtp_sink(tmp_path: Path) -> Iterator[StartSink]:
    """Start SMTP sinks: `start_smtp_sink("--reject", "bad@=550", …)`; `entries()` is what each accepted."""
    yield from _starter("smtp", tmp_path)


@pytest.fixture
def start_http_sink(tmp_path: Path) -> Iterator[StartSink]:
    """Start HTTP sinks: `start_http_sink()`; the path of a request says how it is answered."""
    yield from _starter("http", tmp_path)


def _starter(kind: str, folder: Path) -> Iterator[StartSink]:
    with ExitStack() as stack:
        started: list[SinkProcess] = []

        def start(*options: str, port: int = 0) -> SinkProcess:
            log = folder / f"{kind}-{len(started)}.jsonl"
            started.append(stack.enter_context(sink(kind, log, *options, port=port)))
            return started[-1]

        yield start
