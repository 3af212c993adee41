"""The RQ worker of Declic: one queue, in this process, quick to notice that Redis is back."""

import contextlib
import signal
import threading
import time
from types import FrameType
from typing import Any

import django_rq
import redis
import structlog
from django.db import close_old_connections
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now

from actions import bells
from config.memory import settle_memory

logger = structlog.get_logger(__name__)

BEAT = 5  # seconds between two heartbeats of a job
AWAY_FOR = 1.0  # seconds to wait for Redis before the next try


class InProcessWorker(SimpleWorker):
    """Do jobs one after the other in this process; a job whose worker died is noticed within seconds.

    Forking for each bell would cost more than the work itself. A bell needs no retry: the sweep rings again.
    """

    max_connection_wait_time = 2

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(job_monitoring_interval=BEAT, maintenance_interval=BEAT, worker_ttl=20)
        kwargs["serializer"] = JSONSerializer
        super().__init__(*args, **kwargs)
        self.is_busy = False

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Return the seconds after which a silent job counts as abandoned."""
        return BEAT * 3

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do one job with a database connection that works, beating meanwhile."""
        self.is_busy = True
        close_old_connections()
        execution = self.prepare_execution(job)
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT):
                with contextlib.suppress(redis.RedisError):
                    self.maintain_heartbeats(job, execution)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            self.perform_job(job, queue, execution)
        finally:
            ended.set()
            thread.join(1)
            close_old_connections()
            self.is_busy = False
        self.set_state("idle")

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop now when idle, after the current batch when busy; asking again changes nothing."""
        is_first = not self._stop_requested
        self._shutdown_requested_date = now()
        self._stop_requested = True
        bells.stopping.set()
        if is_first and not self.is_busy:
            raise StopRequested

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Leave a forced stop to SIGKILL."""


def run_worker(queue: str) -> None:
    """Work on one queue until SIGTERM or SIGINT; while Redis is away, try again every second."""
    settle_memory()
    asked = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        asked.set()

    while not asked.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        started = time.monotonic()
        try:
            worker = InProcessWorker([queue], connection=django_rq.get_connection(queue))
            if not asked.is_set():
                worker.work()
        except redis.RedisError as error:
            logger.warning("redis is away", queue=queue, error=str(error))
        except StopRequested:
            return
        if bells.stopping.is_set():
            return
        asked.wait(max(0.0, AWAY_FOR - (time.monotonic() - started)))
