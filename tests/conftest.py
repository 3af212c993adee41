"""What every test stands on: a real Valkey for each process, and what is skipped where the machine lacks something."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from config.embedded import valkey_command, wait_for_valkey
from config.translations import compile_catalogs

REQUIRED = {name.strip() for name in os.environ.get("REQUIRE", "").split(",") if name.strip()}

pytest_plugins = ["tests.servers.fixtures", "tests.providers.fixtures"]

compile_catalogs()


class ValkeyServer:
    """A Valkey of this test process, to be stopped, started, paused and emptied."""

    def __init__(self, socket: Path, folder: Path) -> None:
        self.socket, self.folder = socket, folder
        self.client = redis.Redis(unix_socket_path=str(socket))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process is None:
            self.process = subprocess.Popen(valkey_command(self.folder, self.socket), stdout=subprocess.DEVNULL)
            wait_for_valkey(self.socket, self.process)

    def stop(self) -> None:
        """Kill it; what it held is gone unless its file has it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart_empty(self) -> None:
        """Come back without memory."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.start()

    def freeze(self) -> None:
        """Let it accept connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """End `freeze`."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget everything."""
        self.client.flushall()


@pytest.fixture(scope="session")
def _valkey_process() -> Iterator[ValkeyServer]:
    server = ValkeyServer(settings.VALKEY_SOCKET, settings.VAR_DIR / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def valkey(_valkey_process: ValkeyServer) -> Iterator[ValkeyServer]:
    """Give the Valkey of this process, running and empty."""
    _valkey_process.start()
    yield _valkey_process
    _valkey_process.start()
    _valkey_process.thaw()
    _valkey_process.flush()
    try:
        from crm.redis_server import breaker
    except ImportError:
        return
    breaker.close()


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """Give the environment under which a process started by a test sees the database and the Valkey of that test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    else:
        url = f"sqlite:///{name}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}


def missing(marker: str) -> str | None:
    """Say what this machine lacks for tests with `marker`, or None."""
    if marker == "postgres" and connection.vendor != "postgresql":
        return "DATABASE_URL does not name a PostgreSQL"
    if marker == "sqlite" and connection.vendor != "sqlite":
        return "for SQLite only"
    if marker == "php" and not shutil.which("php"):
        return "php is not installed"
    if marker == "browser" and not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "chromium is not installed"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run."""
    reasons = {marker: missing(marker) for marker in ("browser", "postgres", "php", "sqlite")}
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{marker}: {reason}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn the skip of a test that REQUIRE names into a failure."""
    report = yield
    if report.skipped and any(item.get_closest_marker(name) for name in REQUIRED):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: REQUIRE={','.join(sorted(REQUIRED))} forbids to skip it ({report.longrepr})"
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Name what failed as --last-failed looks for it: without the group that xdist appends (`…@faults`)."""
    cache = session.config.cache
    if cache is None or hasattr(session.config, "workerinput"):
        return
    failed = cache.get("cache/lastfailed", {})
    if failed:
        cache.set("cache/lastfailed", {re.sub(r"@\w+$", "", name): True for name in failed})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print every skipped test by its name and reason, and their number."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} skipped")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}  {str(reason).removeprefix('Skipped: ')}")


@pytest.fixture(autouse=True)
def _fresh_versions() -> None:
    """Forget the versions that the engine keeps by id: a rolled back test gives its ids to the next one."""
    from actions.caps import forget_caps
    from workflows.engine.live import forget
    from workflows.services.matching import forget_counts

    forget()
    forget_counts()
    forget_caps()
