"""The worker: real processes against a real Valkey that comes and goes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from rq import Queue
from rq.serializers import JSONSerializer

from tests.conftest import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def enqueue(valkey: ValkeyServer, job: str, path: Path, *args: str) -> None:
    queue = Queue("engine", connection=valkey.client, serializer=JSONSerializer)
    queue.enqueue(f"tests.config.jobs.{job}", str(path), *args, result_ttl=0, failure_ttl=60)


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


@pytest.fixture
def worker(process_env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "engine"]
    with subprocess.Popen(command, env=process_env, start_new_session=True) as process:
        yield process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_a_worker_does_jobs_one_after_the_other(
    valkey: ValkeyServer, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    for text in "abc":
        enqueue(valkey, "write", log, text)
    enqueue(valkey, "query", log)
    wait_until(lambda: lines(log) == ["a", "b", "c", "42"])


def test_a_job_that_fails_does_not_end_the_worker(
    valkey: ValkeyServer, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    enqueue(valkey, "crash", log)
    enqueue(valkey, "write", log, "after")
    wait_until(lambda: lines(log) == ["crash", "after"])


def test_an_idle_worker_ends_at_once_on_sigterm(
    valkey: ValkeyServer, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    enqueue(valkey, "write", log, "up")
    wait_until(lambda: lines(log) == ["up"])
    time.sleep(0.3)
    worker.terminate()
    assert worker.wait(timeout=15) == 0


def test_a_busy_worker_finishes_its_batch_on_sigterm_and_rings_for_the_rest(
    valkey: ValkeyServer, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    enqueue(valkey, "crawl", log)
    wait_until(lambda: lines(log) == ["begin"])
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert lines(log) == ["begin", "batch", "end"]
    assert valkey.client.llen("rq:queue:engine") == 1


def test_a_worker_outlives_a_redis_that_is_stopped_and_comes_back_empty(
    valkey: ValkeyServer, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    enqueue(valkey, "write", log, "before")
    wait_until(lambda: lines(log) == ["before"])
    valkey.stop()
    time.sleep(3)
    valkey.restart_empty()
    enqueue(valkey, "write", log, "after")
    wait_until(lambda: lines(log) == ["before", "after"], seconds=30)


def test_a_worker_waits_for_a_redis_that_is_not_there_yet(
    valkey: ValkeyServer, process_env: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    valkey.stop()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "engine"]
    process = subprocess.Popen(command, env=process_env)
    try:
        time.sleep(4)
        valkey.start()
        enqueue(valkey, "write", log, "late")
        wait_until(lambda: lines(log) == ["late"], seconds=30)
        process.terminate()
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.wait()
