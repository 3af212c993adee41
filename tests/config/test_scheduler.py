"""The scheduler repeats its tasks whatever they lose."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from config.scheduler import Scheduler
from crm import periodic
from crm.periodic import Task

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def running(*tasks: Task) -> Iterator[None]:
    scheduler = Scheduler(list(tasks))
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    yield
    scheduler.stop()
    thread.join(5)
    assert not thread.is_alive()


def wait_for(calls: list[object], number: int) -> None:
    end = time.monotonic() + 5
    while len(calls) < number:
        assert time.monotonic() < end, f"{len(calls)} calls of {number}"
        time.sleep(0.01)


def test_a_task_is_repeated() -> None:
    calls: list[object] = []
    with running(Task("often", 0.01, lambda: calls.append(1))):
        wait_for(calls, 3)


def test_a_task_that_raises_is_called_again() -> None:
    calls: list[object] = []

    def fail() -> None:
        calls.append(1)
        raise ConnectionError("Redis is away")

    with running(Task("fails", 0.01, fail)):
        wait_for(calls, 3)


def test_a_slow_task_holds_up_no_other() -> None:
    calls: list[object] = []
    with running(Task("slow", 1, lambda: time.sleep(0.5)), Task("quick", 0.01, lambda: calls.append(1))):
        wait_for(calls, 10)


def test_a_task_whose_database_connection_died_gets_a_new_one() -> None:
    answers: list[object] = []

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answers.append(cursor.fetchone()[0])
        assert connection.connection is not None
        connection.connection.close()  # as a restarted database does

    with running(Task("ask", 0.01, ask)):
        wait_for(answers, 3)


def test_a_task_is_declared_once_under_its_name() -> None:
    def sweep() -> None: ...

    try:
        assert periodic.periodic(every=60)(sweep) is sweep
        name = next(name for name in periodic.tasks if name.startswith(__name__))
        assert periodic.tasks[name].every == 60
        with pytest.raises(ValueError, match="declared twice"):
            periodic.periodic(every=60)(sweep)
    finally:
        for name in [name for name in periodic.tasks if name.startswith(__name__)]:
            del periodic.tasks[name]
