"""The supervisor keeps real processes alive and leaves none behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.supervisor import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def wait_until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_a_killed_process_is_started_again() -> None:
    child = Child("sleeper", SLEEPER, wait=0.05)
    lines: list[str] = []
    supervisor = Supervisor([child], report=lines.append)
    supervisor.look_after()
    first = pid_of(child)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: (supervisor.look_after(), child.is_running() and pid_of(child) != first)[1])
    supervisor.stop()
    assert lines == ["sleeper ended with -9, again in 0.05 s"]


def test_a_process_that_keeps_ending_waits_longer_each_time() -> None:
    child = Child("crash", [sys.executable, "-c", "raise SystemExit(3)"], wait=0.02)
    lines: list[str] = []
    supervisor = Supervisor([child], report=lines.append)
    wait_until(lambda: (supervisor.look_after(), len(lines) == 3)[1])
    supervisor.stop()
    assert [line.split("again in ")[1] for line in lines] == ["0.02 s", "0.04 s", "0.08 s"]


def test_stopping_ends_what_ignores_the_request_and_its_own_children(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import pathlib, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ignore = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        inner = subprocess.Popen([sys.executable, "-c", ignore])
        pathlib.Path(sys.argv[1]).write_text(str(inner.pid))
        time.sleep(600)
    """)
    file = tmp_path / "pid"
    child = Child("stubborn", [sys.executable, "-c", script, str(file)])
    supervisor = Supervisor([child], report=print, grace=0.3)
    supervisor.look_after()
    wait_until(lambda: file.exists() and file.read_text() != "")
    supervisor.stop()
    wait_until(lambda: not is_alive(int(file.read_text())))
    assert not child.is_running()


def test_what_a_dead_leader_started_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = (
        "import pathlib, subprocess, sys; inner = subprocess.Popen(['sleep', '600']); "
        "pathlib.Path(sys.argv[1]).write_text(str(inner.pid))"
    )
    child = Child("leader", [sys.executable, "-c", script, str(file)], wait=60)
    supervisor = Supervisor([child], report=lambda line: None)
    supervisor.look_after()
    wait_until(lambda: (supervisor.look_after(), child.process is None)[1])
    wait_until(lambda: not is_alive(int(file.read_text())))


def test_what_others_need_ends_last(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = textwrap.dedent("""
        import pathlib, signal, sys, time
        def end(*_):
            with open(sys.argv[1], "a") as file: file.write(sys.argv[2] + "\\n")
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
        time.sleep(600)
    """)
    first, last = (
        Child(name, [sys.executable, "-c", script, str(log), name], is_last=name == "store")
        for name in ("user", "store")
    )
    supervisor = Supervisor([last, first], report=print)
    supervisor.look_after()
    wait_until(lambda: Path(f"{log}user").exists() and Path(f"{log}store").exists())
    supervisor.stop()
    assert log.read_text().split() == ["user", "store"]


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_children_of_a_killed_supervisor_end_too(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = textwrap.dedent("""
        import pathlib, sys
        from config.supervisor import Child, Supervisor
        child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"])
        supervisor = Supervisor([child], report=print)
        supervisor.look_after()
        pathlib.Path(sys.argv[1]).write_text(str(child.process.pid))
        supervisor.run()
    """)
    process = subprocess.Popen([sys.executable, "-c", script, str(file)])
    wait_until(lambda: file.exists() and file.read_text() != "")
    process.kill()
    process.wait()
    wait_until(lambda: not is_alive(int(file.read_text())))
