"""Jobs for the worker tests: what they did, they leave in a file."""

import time
from pathlib import Path

from django.db import connection

from actions import bells


def write(path: str, text: str) -> None:
    """Append a line."""
    with Path(path).open("a") as file:
        file.write(text + "\n")


def query(path: str) -> None:
    """Ask the database and write its answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 41 + 1")
        write(path, str(cursor.fetchone()[0]))


def crawl(path: str) -> None:
    """Work in batches of half a second until asked to stop."""
    write(path, "begin")

    def step() -> int:
        time.sleep(0.5)
        write(path, "batch")
        return 1

    bells.drain("engine", step, full=100, for_seconds=60)
    write(path, "end")


def crash(path: str) -> None:
    """Fail."""
    write(path, "crash")
    raise RuntimeError("a bug")
