"""What happens before the doors open: tables, translations, a first user, the demo shop."""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.demo.load import check_empty
from config.places import cannot_write
from crm.errors import Refused
from crm.models import User

FIRST_USER = "admin"


class CannotOpen(Exception):
    """Something stands in the way; the message is one sentence that says what to do."""


def first_login_path() -> Path:
    """Return the file that keeps the first user's name and password."""
    path: Path = settings.VAR_DIR / "first-login.txt"
    return path


def take_folder(folder: Path) -> IO[str]:
    """Make the data folder and hold it until the returned file is closed. Raises CannotOpen."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "supervisor.lock").open("a+")
    except OSError as error:
        raise CannotOpen(cannot_write(folder, error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotOpen(f"Declic already runs on {folder}: stop it, or set DECLIC_VAR to another folder.") from error
    return lock


def check_port(host: str, port: int) -> None:
    """Raise CannotOpen when nobody could serve on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotOpen(f"Port {port} is reserved: choose one above 1023, as in `PORT=8000 make run`.") from error
        except (OSError, OverflowError) as error:
            raise CannotOpen(
                f"Port {port} is taken: stop what uses it or choose another, as in `PORT={free_port(host)} make run`."
            ) from error


def free_port(host: str) -> int:
    """Return a port that is free right now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def migrate() -> None:
    """Bring the tables up to date; cheap when they are."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def is_fresh() -> bool:
    """Tell whether nobody has used this database yet."""
    return not User.objects.exists()


def load_demo() -> bool:
    """Load the demo shop into an empty database; tells whether it did."""
    try:
        check_empty()
    except Refused:
        return False
    call_command("demo")
    return True


def make_first_user() -> None:
    """Make the first administrator and keep the generated password in a file that only its owner reads."""
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(FIRST_USER, "", password)
    descriptor = os.open(first_login_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"user: {FIRST_USER}\npassword: {password}\n")


def first_login() -> tuple[str, str] | None:
    """Return the first user's name and password while they are still good."""
    try:
        lines = first_login_path().read_text().splitlines()
        name, password = (line.partition(": ")[2] for line in lines[:2])
    except (OSError, ValueError):
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    return (name, password) if user is not None and user.check_password(password) else None
