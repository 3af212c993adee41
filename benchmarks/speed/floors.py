"""Floors: the same rows and the same mails, done by the bare driver and nothing else."""

import json
import smtplib
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg

_TABLES = (
    "event (id {pk}, profile_id bigint, kind text, snapshot text, handled int)",
    "run (id {pk}, event_id bigint, status text)",
    "pot (id bigint primary key, balance bigint)",
    "movement (id {pk}, pot_id bigint, points bigint, after bigint)",
    "entry (id {pk}, event_id bigint, run_id bigint)",
    "journal (id {pk}, run_id bigint, step text, saw text)",
    "delivery (id {pk}, uid text, channel text, profile_id bigint, recipient text, content_id bigint, context text, "
    "rules text, status text, planned_at text, due_at text, newsletter_id bigint)",
)
_SNAPSHOT = json.dumps({"colour": "blue", "key": {"n": "k1"}})


class Bare:
    """A database of its own, beside ours, without Django: `postgres` URL, or a file for SQLite."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.is_postgres = where.startswith("postgres")
        self.mark = "%s" if self.is_postgres else "?"

    def connect(self) -> Any:
        """Open a connection that commits when told."""
        if self.is_postgres:
            return psycopg.connect(self.where, autocommit=True)
        connection = sqlite3.connect(self.where, timeout=20, isolation_level=None, check_same_thread=False)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        return connection

    def prepare(self, events: int) -> None:
        """Make the tables and a backlog."""
        connection = self.connect()
        connection.execute("BEGIN")
        pk = "bigserial primary key" if self.is_postgres else "integer primary key"
        cursor = connection.cursor()
        for table in _TABLES:
            name = table.split()[0]
            cursor.execute(f"DROP TABLE IF EXISTS floor_{name}")
            cursor.execute(f"CREATE TABLE floor_{table.format(pk=pk)}")
        self._many(
            cursor, "event (profile_id, kind, snapshot, handled)", [(n, "x", _SNAPSHOT, 0) for n in range(events)]
        )
        self._many(cursor, "pot (id, balance)", [(n, 0) for n in range(events)])
        cursor.execute("CREATE INDEX floor_due ON floor_event (id) WHERE handled = 0")
        connection.execute("COMMIT")
        connection.close()

    def _many(self, cursor: Any, into: str, rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join(self.mark for _ in rows[0])
        cursor.executemany(f"INSERT INTO floor_{into} VALUES ({marks})", rows)


def engine_floor(bare: Bare, events: int, *, batch: int = 500) -> float:
    """Return events/s of one connection that claims batches, gives points and writes four more rows for each."""
    bare.prepare(events)
    connection = bare.connect()
    cursor = connection.cursor()
    begin = time.perf_counter()
    while True:
        cursor.execute("BEGIN" if bare.is_postgres else "BEGIN IMMEDIATE")
        lock = " FOR UPDATE SKIP LOCKED" if bare.is_postgres else ""
        cursor.execute(f"SELECT id, profile_id FROM floor_event WHERE handled = 0 ORDER BY id LIMIT {batch}{lock}")
        rows = cursor.fetchall()
        if not rows:
            connection.rollback()
            connection.close()
            break
        bare._many(cursor, "run (event_id, status)", [(pk, "done") for pk, _ in rows])
        bare._many(cursor, "entry (event_id, run_id)", [(pk, pk) for pk, _ in rows])
        bare._many(cursor, "movement (pot_id, points, after)", [(profile, 5, 5) for _, profile in rows])
        bare._many(cursor, "journal (run_id, step, saw)", [(pk, step, "{}") for pk, _ in rows for step in "ab"])
        mark = bare.mark
        cursor.executemany(f"UPDATE floor_pot SET balance = balance + 5 WHERE id = {mark}", [(p,) for _, p in rows])
        cursor.executemany(f"UPDATE floor_event SET handled = 1 WHERE id = {mark}", [(pk,) for pk, _ in rows])
        cursor.execute("COMMIT")
    return events / (time.perf_counter() - begin)


def preparation_floor(bare: Bare, count: int, *, batch: int = 1000) -> float:
    """Return rows/s of one connection that inserts what a newsletter's deliveries hold, a batch in a transaction."""
    bare.prepare(1)
    connection = bare.connect()
    cursor = connection.cursor()
    cursor.execute("CREATE UNIQUE INDEX floor_once ON floor_delivery (newsletter_id, profile_id)")
    names = "uid, channel, profile_id, recipient, content_id, context, rules, status, planned_at, due_at, newsletter_id"
    profile = {"id": 1, "first_name": "First1", "last_name": "Last1", "email": "p1@bench.example", "points": 0}
    context = json.dumps({"profile": {**profile, "uid": str(uuid.uuid4()), "pot": {}}, "data": {}, "site": {}})
    rules, now = json.dumps({"purpose": "marketing", "consents": ["NewsEmail"]}), "2026-03-02 12:00:00.000000"
    begin = time.perf_counter()
    for start in range(0, count, batch):
        cursor.execute("BEGIN" if bare.is_postgres else "BEGIN IMMEDIATE")
        rows = [
            (str(uuid.uuid4()), "email", n, f"p{n}@bench.example", 1, context, rules, "held", now, now, 1)
            for n in range(start, min(start + batch, count))
        ]
        bare._many(cursor, f"delivery ({names})", rows)
        cursor.execute("COMMIT")
    seconds = time.perf_counter() - begin
    connection.close()
    return count / seconds


def commit_floor(bare: Bare, count: int, *, clients: int = 32) -> float:
    """Return single-row commits/s of so many connections (one where the database has one writer)."""
    bare.prepare(1)
    clients = clients if bare.is_postgres else 1

    def work() -> None:
        connection = bare.connect()
        cursor = connection.cursor()
        for _ in range(count // clients):
            bare._many(cursor, "event (profile_id, kind, snapshot, handled)", [(1, "x", _SNAPSHOT, 1)])
        connection.close()

    return count // clients * clients / _seconds(work, clients)


def smtp_floor(port: int, count: int, html: str) -> float:
    """Return mails/s of bare smtplib on one kept connection into the sink."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", "floor@bench.example", "Floor"
    message.set_content("Hello")
    message.add_alternative(html, subtype="html")
    body = message.as_bytes()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        begin = time.perf_counter()
        for _ in range(count):
            smtp.sendmail("shop@example.com", ["floor@bench.example"], body)
        return count / (time.perf_counter() - begin)


def latency_floor(bare: Bare, port: int, count: int) -> list[float]:
    """Return milliseconds of one commit and one mail on open connections, one after the other."""
    bare.prepare(1)
    connection = bare.connect()
    cursor = connection.cursor()
    times: list[float] = []
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for _ in range(count):
            begin = time.perf_counter()
            bare._many(cursor, "event (profile_id, kind, snapshot, handled)", [(1, "x", _SNAPSHOT, 1)])
            smtp.sendmail("shop@example.com", ["floor@bench.example"], b"Subject: Floor\r\n\r\nHello")
            times.append((time.perf_counter() - begin) * 1000)
    connection.close()
    return times


def resident(pid: int) -> float:
    """Return the megabytes of memory that a process holds (resident set size)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _seconds(work: Callable[[], None], threads: int) -> float:
    workers = [threading.Thread(target=work) for _ in range(threads)]
    begin = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - begin
