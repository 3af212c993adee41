"""Where SQLite and PostgreSQL differ: how rows are locked, claimed in turns and written in bulk."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from django.db.models import Model, Q, QuerySet

from crm.folding import fold
from crm.rows import insert_rows as insert_rows
from crm.rows import update_rows as update_rows

M = TypeVar("M", bound=Model)
T = TypeVar("T")

#: instructions of SQLite between two looks at the clock
_STEPS = 10_000


class TooLong(Exception):
    """A query took longer than somebody wants to wait."""


# SQLite takes at most 999 parameters on old builds; a batch of ids stays below it.
ID_BATCH = 900


def is_postgres() -> bool:
    """Tell whether the default database is PostgreSQL."""
    return connection.vendor == "postgresql"


def locked(rows: "QuerySet[M]", *, skip: bool = False) -> "QuerySet[M]":
    """Lock the rows of the queryset's own table until the end of the transaction; `skip` leaves out rows others hold.

    On SQLite the IMMEDIATE transaction already holds the only write lock.
    """
    if not connection.features.has_select_for_update:
        return rows
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=skip)


def batches(values: Iterable[T], size: int = ID_BATCH) -> Iterable[list[T]]:
    """Cut values into lists that fit the parameters of one statement."""
    rows = list(values)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def about_how_many(model: type[Model]) -> int:
    """Return how many rows a table has: on PostgreSQL what its statistics say, where there are many."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
            found = int(cursor.fetchone()[0])
        if found > 50_000:
            return found
    return model._default_manager.count()


def starts_with(column: str, prefix: str) -> Q:
    """Return rows whose text column begins with a prefix, letter by letter, such that an index serves it.

    SQLite uses no index for LIKE with an ESCAPE; PostgreSQL needs LIKE and an index with varchar_pattern_ops.
    """
    if is_postgres():
        return Q(**{f"{column}__startswith": prefix})
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + chr(0x10FFFF)})


def add_functions() -> None:
    """Teach SQLite, on every new connection, the functions of ours."""
    connection_created.connect(_add_functions, dispatch_uid="crm.db.add_functions")


def _add_functions(connection: Any, **_options: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("FOLD", 1, fold, deterministic=True)


def alone(name: str, *, is_relaxed: bool = False) -> None:
    """Have `name` for this transaction alone: wait for those who have or share it, and have others wait.

    `is_relaxed` does what `relax_commit` does in the same statement.

    An advisory lock on PostgreSQL; on SQLite the IMMEDIATE transaction already keeps all others out.
    """
    _lock(("set_config('synchronous_commit', 'off', true), " if is_relaxed else "") + "pg_advisory_xact_lock", name)


def share(name: str) -> None:
    """Keep those who want `name` alone out until the end of the transaction; others may share it.

    On SQLite the IMMEDIATE transaction already keeps all others out.
    """
    _lock("pg_advisory_xact_lock_shared", name)


def _lock(function: str, name: str) -> None:
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtext(%s))", [f"declic:{name}"])


def check_references() -> None:
    """Have references checked now that PostgreSQL checks at the end of the transaction; raises IntegrityError."""
    if is_postgres():
        connection.check_constraints()


def relax_commit() -> None:
    """Let this transaction commit without waiting for the disk; for work that is done anew when a crash loses it.

    PostgreSQL may lose it in a crash of the server only, and never without what was committed after it: as soon as a
    later transaction is safe on disk (one that marks a message as being sent, say), this one is too. ADR 0011.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off each query in the block that takes longer, on SQLite all together; raises TooLong. For reading only.

    On SQLite no transaction is opened, which would keep everybody from writing.
    """
    try:
        with _limited(seconds):
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "57014" or str(error) == "interrupted":
            raise TooLong from error
        raise


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if is_postgres():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{max(1, int(seconds * 1000))}ms"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        return
    connection.ensure_connection()
    watched, until = connection.connection, time.monotonic() + seconds
    watched.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        watched.set_progress_handler(None, _STEPS)


def is_deadlock(error: Exception) -> bool:
    """Tell whether PostgreSQL ended this transaction to resolve a deadlock, so that it may be tried again."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in {"40P01", "40001"}
