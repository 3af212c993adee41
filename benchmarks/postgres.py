"""A PostgreSQL of our own: Debian's server in a temporary folder on a free port, with fsync as in production."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.ports import free_port


class NoPostgres(RuntimeError):
    """No server is installed on this machine."""


class Postgres:
    """A server that can be stopped hard and started again."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self.folder, self.bin, self.port = folder, bin_folder, free_port()

    @property
    def url(self) -> str:
        """The DATABASE_URL."""
        return f"postgres://declic@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *args: str) -> None:
        """Run a program of the server, as its user when we are root; raises CalledProcessError."""
        options: dict[str, Any] = {"cwd": self.folder, "check": True, "stdout": subprocess.DEVNULL}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        subprocess.run([str(self.bin / program), *args], **options)

    def start(self) -> None:
        """Start the server."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self.run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is a crash, `fast` ends connections in order."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Give a fresh server, and remove it afterwards; raises NoPostgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="declic-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Postgres(folder, found[-1].parent)
    try:
        server.run(
            "initdb", "-D", str(folder / "data"), "-U", "declic", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
