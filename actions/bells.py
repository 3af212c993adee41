"""Bells: RQ jobs that carry no data and say "there is work". What is lost in Redis, a sweep rings again."""

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args

import redis
from django.conf import settings
from django.db import connection, transaction
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from crm.redis_server import breaker, client_of

logger = logging.getLogger(__name__)

QueueName = Literal["engine", "mail", "http"]
QUEUES: tuple[QueueName, ...] = get_args(QueueName)
JOBS: dict[QueueName, str] = {
    "engine": "workflows.jobs.run_engine",
    "mail": "actions.jobs.run_mail",
    "http": "actions.jobs.run_http",
}
RINGS_FOR = 5  # seconds that a bell counts as ringing
RESTS = 3  # times the length of a step that found little to do
LONGEST_REST = 0.05  # seconds
HOLDS_FOR = 1000  # milliseconds after which a bell is free again, although its worker did not say so
JOB_TIMEOUT = 300  # seconds; a job drains for a few of them, one group of slow deliveries may take longer

stopping = threading.Event()
"""Set when this worker or scheduler was asked to stop: what takes long ends after the step that it is in."""


def _key(queue: QueueName) -> str:
    return f"bell:{queue}"


def ring(queue: QueueName) -> None:
    """Ring when the current transaction commits; at once outside of one. Many calls in one transaction ring once."""
    call = _RINGERS[queue]
    open_savepoints = set(connection.savepoint_ids)
    waiting = connection.run_on_commit[-20:] if connection.in_atomic_block else []
    if any(entry[1] is call and entry[0] <= open_savepoints for entry in waiting):
        return
    transaction.on_commit(call, robust=True)


def ring_now(queue: QueueName) -> bool:
    """Ring at once, unless the bell is ringing already; tells whether it did. Never raises when Redis is away."""
    if breaker.is_open():
        return False
    try:
        client = client_of(settings.REDIS_URL)
        if not client.set(_key(queue), 1, nx=True, ex=RINGS_FOR):
            return False
        Queue(queue, connection=client, serializer=JSONSerializer).enqueue(
            JOBS[queue], job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=3600, description=queue
        )
    except redis.RedisError as error:
        breaker.trip()
        logger.warning("Redis is away, the sweep will ring %s: %s", queue, error)
        return False
    return True


_RINGERS: dict[QueueName, Callable[[], object]] = {queue: partial(ring_now, queue) for queue in QUEUES}


def silence(queue: QueueName) -> None:
    """End the ringing: from here on the next `ring` makes a new job."""
    try:
        client_of(settings.REDIS_URL).delete(_key(queue))
    except redis.RedisError as error:
        logger.warning("Redis is away, the bell of %s rings out by itself: %s", queue, error)


def forget_failed_jobs() -> None:
    """Delete what Redis keeps of jobs that raised; a bell carries no data, but the trace of an error may."""
    try:
        client = client_of(settings.REDIS_URL)
        for queue in QUEUES:
            registry = FailedJobRegistry(queue, connection=client, serializer=JSONSerializer)
            for job_id in registry.get_job_ids():
                with contextlib.suppress(NoSuchJobError):
                    Job.fetch(job_id, connection=client, serializer=JSONSerializer).delete()
                registry.remove(job_id)
    except redis.RedisError as error:
        logger.warning("Redis is away, it forgets failed jobs within the hour: %s", error)


def drain(queue: QueueName, step: Callable[[], int], *, full: int, for_seconds: float = 5) -> int:
    """Repeat `step`, which does one batch and returns how many rows it did, until none are left; return their sum.

    Ends at once when another worker holds the bell, and after `for_seconds` or when asked to stop: then it rings again
    for what is left. A step of `full` rows says that there is much: after two a second worker is rung for. From the
    second step of fewer rows on it rests after each, thrice as long as the step took (50 ms at most), and holds the
    bell: what trickles in is gathered by one worker instead of being fetched row by row by all, and what comes alone
    does not wait. ADR 0012.
    """
    hold = Hold(queue)
    if hold.is_anothers():
        return 0
    silence(queue)
    end = time.monotonic() + for_seconds
    done = full_steps = small_steps = 0
    try:
        while True:
            began = time.monotonic()
            count = step()
            done += count
            if not count:
                if not hold.is_mine:
                    return done
                hold.let_go()  # and look once more: a row may have come between the look and the silence
            elif stopping.is_set() or time.monotonic() >= end:
                hold.is_mine = False
                silence(queue)
                ring_now(queue)
                return done
            elif count >= full:
                full_steps += 1
                if full_steps == 2 or hold.is_mine:
                    hold.let_go()
                    ring_now(queue)
            else:
                small_steps += 1
                if small_steps > 1:
                    if not hold.take():
                        return done
                    stopping.wait(min(LONGEST_REST, RESTS * (time.monotonic() - began)))
    finally:
        if hold.is_mine:  # a step raised
            hold.let_go()


class Hold:
    """A bell that counts as ringing because one worker, which finds little to do at a time, will look again.

    It is an economy and no lock: two workers at once do no harm, and the hold of a dead one runs out.
    """

    def __init__(self, queue: QueueName) -> None:
        self.queue = queue
        self.is_mine = False
        self._token = f"held:{uuid.uuid4()}"

    def is_anothers(self) -> bool:
        """Tell whether another worker holds the bell."""
        try:
            value: Any = client_of(settings.REDIS_URL).get(_key(self.queue))
        except redis.RedisError:
            return False
        return value is not None and value.startswith(b"held:") and value != self._token.encode()

    def take(self) -> bool:
        """Hold the bell for a while; false when another worker does."""
        if self.is_anothers():
            self.is_mine = False
            return False
        self.is_mine = True  # also when Redis does not answer in time: it may have heard
        with contextlib.suppress(redis.RedisError):
            client_of(settings.REDIS_URL).set(_key(self.queue), self._token, px=HOLDS_FOR)
        return True

    def let_go(self) -> None:
        """Let others ring again."""
        silence(self.queue)
        self.is_mine = False
