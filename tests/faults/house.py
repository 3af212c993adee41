"""A whole Declic to be maltreated: web, two workers of each queue, scheduler, and a Valkey that the test holds."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.postgres import Postgres
from benchmarks.sinks.process import SinkProcess, sink
from benchmarks.stack import Stack
from config.embedded import valkey_command, wait_for_valkey

PEOPLE = 250
#: of these the SMTP sink wants nothing, by its policy: p70@ to p79@ (an address that does not exist is suppressed)
REJECTED = "^p7[0-9]@=554"
#: seconds; a machine that does other things meanwhile may be given more time by a factor
RECOVERY = 30.0
PATIENCE = float(os.environ.get("FAULTS_PATIENCE", "1"))


class House(Stack):
    """A running Declic and what surrounds it."""

    def __init__(self, folder: Path, *, http_sink: SinkProcess, server: Postgres | None) -> None:
        self.http_sink, self.server = http_sink, server
        self.orders = folder / "orders"
        self.orders.mkdir()
        self.socket = folder / "valkey.sock"
        workers = {f"DECLIC_{queue}_WORKERS": "2" for queue in ("ENGINE", "MAIL", "HTTP")}
        settings = {"DECLIC_FAULTS": str(self.orders), "REDIS_URL": f"unix://{self.socket}?db=0", **workers}
        super().__init__(folder, database_url=server.url if server else None, extra=settings)
        #: findings of `reconcile` that a scenario brought about on purpose
        self.expected_findings: set[str] = set()
        self.valkey: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Return what the processes wrote."""
        return (self.folder / "declic.log").read_text(errors="replace")

    def open(self) -> None:
        """Start everything and fill the database."""
        self.start_valkey()
        self.start_sink("--reject", REJECTED)
        self.supervise()
        target = f"http://{self.http_sink.host}:{self.http_sink.port}/200/hook"
        self.key = self.run_module("tests.faults.prepare", str(PEOPLE), target).strip()

    def supervise(self, patience: float = 60 * PATIENCE) -> None:
        """Start what a supervisor starts: one process of each kind, two workers for each queue."""
        super().supervise(patience)
        processes = Counter(name for name, _pid in self.pids())
        assert processes == {"web": 1, "engine": 2, "mail": 2, "http": 2, "scheduler": 1}

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        """Return the process started last by `supervise`."""
        return self.processes[-1]

    def kill_everything(self) -> None:
        """Kill the supervisor and all that it started, at once."""
        for pid in [self.supervisor.pid, *(pid for _name, pid in self.pids())]:
            os.kill(pid, signal.SIGSTOP)
        for _name, pid in self.pids():
            os.killpg(pid, signal.SIGKILL)
        self.supervisor.kill()
        self.supervisor.wait()

    def order(self, point: str, *words: str) -> Path:
        """Have a process die (or wait) at a point; returns the file that appears when it does."""
        done = self.orders / f"{point}.done"
        done.unlink(missing_ok=True)
        (self.orders / f"{point}.new").write_text(" ".join(words))
        (self.orders / f"{point}.new").rename(self.orders / point)
        return done

    def start_valkey(self) -> None:
        """Start Valkey, with what its file remembers."""
        self.valkey = subprocess.Popen(valkey_command(self.folder / "valkey", self.socket), start_new_session=True)
        wait_for_valkey(self.socket, self.valkey, seconds=30)

    def kill_valkey(self, *, forget: bool = False) -> None:
        """Kill Valkey, and remove its file where it is to forget."""
        if self.valkey is not None:
            self.valkey.kill()
            self.valkey.wait()
        if forget:
            shutil.rmtree(self.folder / "valkey", ignore_errors=True)

    def rows(self, sql: str, *values: Any) -> Sequence[Any]:
        """Ask the database past all code of ours; `?` marks a value."""
        if self.server is None:
            path = self.folder / "var" / "declic.sqlite3"
            with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as connection:
                return connection.execute(sql, values).fetchall()
        with psycopg.connect(self.server.url, autocommit=True) as postgres:
            return postgres.execute(sql.replace("?", "%s"), values).fetchall()  # type: ignore[call-overload]

    def age_carts(self, name: str, minutes: int) -> None:
        """Let carts have been touched last so many minutes ago."""
        touched = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=minutes)
        sql = "UPDATE crm_cart SET last_activity_at = ? WHERE key LIKE ? RETURNING 1"
        self.rows(sql, f"{touched:%Y-%m-%d %H:%M:%S.%f}{'+00' if self.server else ''}", f"{name}-%")

    def left(self) -> dict[str, int]:
        """Count what is still to be done."""
        questions = {
            "events": "triggers_event WHERE handled_at IS NULL",
            "runs": "workflows_run WHERE status IN ('waiting', 'held')",
            "deliveries": "actions_delivery WHERE status NOT IN ('sent', 'failed', 'skipped', 'unknown')",
            "in hand": "actions_inhand",
        }
        [counts] = self.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {each})" for each in questions.values()))
        return dict(zip(questions, counts, strict=True))

    def wait_for_events(self, kind: str, name: str, count: int) -> None:
        """Wait until so many events of a scenario have been recorded."""
        question = "SELECT count(*) FROM triggers_event WHERE kind = ? AND key LIKE ?"
        wait_until(lambda: self.rows(question, kind, f"{name}-%")[0][0] >= count, seconds=RECOVERY * PATIENCE)

    def recover(self) -> float:
        """Wait until nothing is left to be done; return the seconds that it took. Fails after the bar."""
        begin = time.monotonic()
        wait_until(lambda: not any(self.left().values()), seconds=RECOVERY * PATIENCE, why=self.left)
        return time.monotonic() - begin

    def deaths(self) -> int:
        """Count the workers that were killed since the start."""
        return self.log.count(" ended with -9")

    def reconcile(self) -> list[str]:
        """Return what does not hold, beside what a scenario brought about on purpose."""
        found = [line.strip() for line in super().reconcile() if line.startswith("    ")]
        return [line for line in found if not any(line.startswith(known) for known in self.expected_findings)]

    def close(self) -> None:
        """End everything."""
        self.stop()
        self.kill_valkey()


def wait_until(
    holds: Callable[[], bool], *, seconds: float = 60 * PATIENCE, why: Callable[[], object] = lambda: ""
) -> None:
    """Wait; fails with `why` after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {seconds:.0f} s: {why()}")
        time.sleep(0.2)


@contextmanager
def house(folder: Path, server: Postgres | None = None) -> Iterator[House]:
    """Open a house for the length of a block."""
    with sink("http", folder / "http.jsonl") as http_sink:
        opened = House(folder, http_sink=http_sink, server=server)
        try:
            opened.open()
            yield opened
        finally:
            opened.close()
