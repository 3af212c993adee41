"""`manage.py supervise`: everything that runs, in one place."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connections

from config import opening, translations, web
from config.embedded import valkey_command, wait_for_valkey
from config.memory import settle_memory
from config.scheduler import run_scheduler
from config.supervisor import Child, Supervisor
from config.worker import run_worker
from crm.beginnings import make_beginnings
from crm.periodic import discover

READY_WITHIN = 60.0  # seconds


def children() -> list[Child]:
    """List the processes that make up Declic."""
    numbers = {"engine": settings.ENGINE_WORKERS, "mail": settings.MAIL_WORKERS, "http": settings.HTTP_WORKERS}
    workers = [
        Child(f"{queue}-{number}", partial(run_worker, queue))
        for queue, count in numbers.items()
        for number in range(1, count + 1)
    ]
    found = [Child("web", web.serve), *workers, Child("scheduler", run_scheduler)]
    if settings.VALKEY_SOCKET:
        command = valkey_command(settings.VAR_DIR / "valkey", settings.VALKEY_SOCKET)
        found.insert(0, Child("valkey", command, is_last=True))
    return found


def load_everything() -> None:
    """Load what the forks need once, so that they start at once and share the memory."""
    discover()
    import_module(settings.ROOT_URLCONF)
    get_wsgi_application()
    settle_memory()


def is_serving() -> bool:
    """Tell whether the web process answers."""
    host = "127.0.0.1" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    known_as = urlsplit(settings.SITE_URL).netloc
    question = urllib.request.Request(f"http://{host}:{settings.PORT}/healthz", headers={"Host": known_as})
    try:
        with urllib.request.urlopen(question, timeout=2) as answer:  # noqa: S310  # our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Command(BaseCommand):
    help = "Prepare the database and run web, workers, scheduler and, unless REDIS_URL is set, Valkey."

    def handle(self, *args: Any, **options: Any) -> None:
        """Supervise until SIGTERM or Ctrl-C."""
        try:
            lock = opening.take_folder(settings.VAR_DIR)
            opening.check_port(settings.HOST, settings.PORT)
        except opening.CannotOpen as error:
            raise CommandError(str(error)) from error
        supervisor = Supervisor(children(), report=self.report)
        signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))
        with lock:
            try:
                self.prepare(supervisor)
            except KeyboardInterrupt:
                supervisor.stop()
                return
            except OperationalError as error:
                supervisor.stop()
                raise CommandError(f"The database does not answer, see DATABASE_URL: {error}".strip()) from error
            except BaseException:
                supervisor.stop()
                raise
            supervisor.install_signals()
            began = time.monotonic()
            is_ready = False

            def watch() -> None:
                nonlocal is_ready
                if not is_ready and is_serving():
                    is_ready = True
                    self.announce()
                elif not is_ready and time.monotonic() - began > READY_WITHIN:
                    raise CommandError(f"The web process does not answer on port {settings.PORT}: see above.")

            supervisor.run(meanwhile=watch)

    def prepare(self, supervisor: Supervisor) -> None:
        """Start Valkey, bring the database up to date, fill it at the first run."""
        if settings.VALKEY_SOCKET:
            wait_for_valkey(settings.VALKEY_SOCKET, supervisor.start("valkey").process)
        translations.compile_catalogs(settings.LOCALE_PATHS[0])
        opening.migrate()
        if opening.is_fresh():
            make_beginnings()
            if os.environ.get("DEMO", "1") != "0":
                self.report("loading the demo shop …")
                opening.load_demo()
            opening.make_first_user()
        self.login = opening.first_login()
        load_everything()
        connections.close_all()

    def announce(self) -> None:
        """Print the one line that says where to go."""
        who = f"user {self.login[0]}, password {self.login[1]}" if self.login else "log in with your own account"
        self.stdout.write(self.style.SUCCESS(f"Declic is ready: {settings.SITE_URL}/  {who}  (Ctrl-C stops it)"))
        self.stdout.flush()

    def report(self, line: str) -> None:
        """Say what happens to the processes."""
        self.stderr.write(f"declic: {line}")
