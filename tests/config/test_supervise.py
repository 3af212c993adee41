"""The whole of Declic as `make run` starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> set[int]:
    """Return the processes below one, those in sessions of their own too."""
    below: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        below.setdefault(parent, set()).add(int(stat.parent.name))
    found, todo = set(), [pid]
    while todo:
        found |= (new := below.get(todo.pop(), set()))
        todo += new
    return found


class Declic:
    """A supervisor started by a test."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self.output = folder / "output.txt"
        self.env = {**env, "DECLIC_VAR": str(folder / "var"), "PORT": str(self.port), "DEMO": "0"}
        self.env |= {"DECLIC_URL": f"http://127.0.0.1:{self.port}"}

    def start(self) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "supervise"]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(command, env=self.env, stdout=output, stderr=subprocess.STDOUT)
        wait_until(lambda: "Declic is ready" in self.output.read_text() or self.process.poll() is not None)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def ask(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return str(answer.read().decode())


@pytest.fixture
def declic(process_env: dict[str, str], tmp_path: Path) -> Iterator[Declic]:
    declic = Declic(process_env, tmp_path)
    yield declic
    if declic.process.poll() is None:
        declic.stop(signal.SIGKILL)


def test_everything_starts_survives_a_kill_and_ends(declic: Declic) -> None:
    declic.start()
    line = declic.output.read_text().splitlines()[-1]
    login = re.search(rf"http://127\.0\.0\.1:{declic.port}/  user (\w+), password (\S+)", line)
    assert login is not None, line
    user = get_user_model().objects.get(username=login[1])
    assert user.check_password(login[2])
    assert declic.ask("/healthz") == '{"database": "up", "redis": "up"}'
    assert "Declic" in declic.ask("/admin/login/")

    family = descendants(declic.process.pid)
    assert len(family) >= 7  # Valkey, web and its worker, engine, mail, http, scheduler
    for pid in family:
        os.kill(pid, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return '"redis": "up"' in declic.ask("/healthz")
        except OSError:
            return False

    wait_until(is_back, seconds=30)
    wait_until(lambda: len(descendants(declic.process.pid)) >= 7, seconds=30)
    family = descendants(declic.process.pid)
    assert declic.stop(signal.SIGINT) == 0
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


def test_the_second_start_keeps_the_password_and_is_quick(declic: Declic) -> None:
    declic.start()
    first = declic.output.read_text().splitlines()[-1]
    assert declic.stop() == 0
    began = time.monotonic()
    declic.start()
    assert declic.output.read_text().splitlines()[-1] == first
    assert time.monotonic() - began < 20  # 10 s where nothing else runs
    declic.stop()


@pytest.mark.parametrize("what", ["port", "folder", "folder and key"])
def test_what_stands_in_the_way_is_said_in_one_sentence(declic: Declic, tmp_path: Path, what: str) -> None:
    with socket.socket() as other:
        if what == "port":
            other.bind(("127.0.0.1", declic.port))
            other.listen()
            expected = f"Port {declic.port} is taken"
        else:
            (tmp_path / "var").write_text("a file where the folder should be")
            expected = "make it writable or set DECLIC_VAR"
        if "key" in what:
            del declic.env["SECRET_KEY"]
        declic.start()
    assert declic.process.returncode == 1
    (line,) = declic.output.read_text().splitlines()
    assert expected in line
