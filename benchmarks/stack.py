"""A whole Declic in a temporary folder: web, workers, scheduler, Valkey, beside an SMTP sink, as real processes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.olist.client import Shop
from benchmarks.ports import free_port
from benchmarks.sinks.log import read_log

ROOT = Path(__file__).resolve().parent.parent
#: settings of the calling process that its stack must not inherit
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DECLIC_URL", "DECLIC_LOG_LEVEL"}


class Stack:
    """One running Declic; `environment` is what its processes see."""

    def __init__(self, folder: Path, *, database_url: str | None, extra: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.smtp_port = free_port()
        self.smtp_log = folder / "smtp.jsonl"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in NOT_INHERITED},
            "DECLIC_ENV_FILE": os.devnull,
            "DECLIC_VAR": str(folder / "var"),
            "DEMO": "0",
            "BENCH": "1",
            "PORT": str(self.port),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "DECLIC_OUTBOUND_ALLOW": "127.0.0.1",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **extra,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.key = ""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop(self) -> Shop:
        """A client with a key for everything."""
        return Shop(self.url, self.key)

    def manage(self, *args: str) -> str:
        """Run a command of manage.py to its end and return what it printed; raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def run_module(self, module: str, *args: str) -> str:
        """Run a module of ours in the stack's environment and return what it printed; raises with its errors."""
        done = subprocess.run(
            [sys.executable, "-m", module, *args], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    def pids(self) -> list[tuple[str, int]]:
        """Return the processes under the supervisor: (web, engine, mail, http, scheduler …, pid)."""
        supervisor = self.processes[-1].pid
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == supervisor:
                pid = int(stat.parent.name)
                name = (stat.parent / "comm").read_text().strip().partition("-")[0]
                found.append((name, pid))
        return found

    def reconcile(self) -> list[str]:
        """Return the findings of `manage.py reconcile`."""
        done = subprocess.run(
            [sys.executable, "manage.py", "reconcile"], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()

    def start(self, program: list[str], name: str) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, with its output in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                program, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def start_sink(self, *options: str) -> None:
        """Start the SMTP sink, whose log of accepted messages is the proof of what was sent."""
        module = [sys.executable, "-m", "benchmarks.sinks.smtp_sink"]
        self.start([*module, "--port", str(self.smtp_port), "--log", str(self.smtp_log), *options], "smtp")

    def start_all(self) -> None:
        """Start everything and wait until it serves."""
        self.start_sink()
        self.supervise()
        self.key = self.manage("api_key", "benchmark").strip()

    def supervise(self, patience: float = 60) -> None:
        """Start what `make run` starts, and wait until it serves."""
        self.start([sys.executable, "manage.py", "supervise"], "declic")
        self.wait_until_ready(patience)

    def wait_until_ready(self, patience: float) -> None:
        """Wait until the web process answers; raises RuntimeError with the end of the log."""
        end = time.monotonic() + patience
        while time.monotonic() < end and self.processes[-1].poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "declic.log").read_text()[-3000:])

    def accepted(self) -> list[dict[str, Any]]:
        """Read what the sink accepted."""
        if not self.smtp_log.exists():
            return []
        return read_log(self.smtp_log)

    def stop(self) -> None:
        """End every process, the supervisor first."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


@contextmanager
def stack(*, database_url: str | None = None, keep: bool = False, **extra: str) -> Iterator[Stack]:
    """Give a running Declic with settings of its own, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="declic-"))
    declic = Stack(folder, database_url=database_url, extra=extra)
    try:
        declic.start_all()
        yield declic
    finally:
        declic.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
