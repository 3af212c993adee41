"""Where SQLite and PostgreSQL differ: how rows are locked, claimed in turns and written in bulk."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.signals import connection_created
from django.db.models import Field, Model, Q, QuerySet

from crm.folding import translate

M = TypeVar("M", bound=Model)

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


def batches(ids: Iterable[int], size: int = ID_BATCH) -> Iterable[list[int]]:
    """Cut ids into lists that fit the parameters of one statement."""
    rows = list(ids)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def starts_with(column: str, prefix: str) -> Q:
    """Return rows whose text column begins with a prefix, letter by letter, such that an index serves it.

    SQLite uses no index for LIKE with an ESCAPE; PostgreSQL needs LIKE and an index with varchar_pattern_ops.
    """
    if is_postgres():
        return Q(**{f"{column}__startswith": prefix})
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + chr(0x10FFFF)})


def add_functions() -> None:
    """Teach SQLite, on every new connection, the functions that PostgreSQL has."""
    connection_created.connect(_add_functions, dispatch_uid="crm.db.add_functions")


def _add_functions(connection: Any, **_options: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("TRANSLATE", 3, translate, deterministic=True)


def insert_rows(rows: Sequence[M]) -> Sequence[M]:
    """Insert rows of one model in bulk, setting their ids, past the guard of tracked models."""
    if not rows:
        return rows
    model = type(rows[0])
    return models.QuerySet(model).bulk_create(rows, batch_size=None if is_postgres() else 400)


def update_rows(rows: Sequence[Model], columns: Sequence[str]) -> int:
    """Write the named columns of rows of one model by primary key; returns how many rows were given.

    One statement on PostgreSQL (UPDATE … FROM unnest), executemany on SQLite, where Django's CASE WHEN is far slower.
    """
    if not rows:
        return 0
    model = type(rows[0])
    meta = model._meta
    assert meta.pk is not None
    fields = [meta.get_field(name) for name in columns]
    key = meta.pk
    quote = connection.ops.quote_name
    table = quote(meta.db_table)

    def value(field: "Field[Any, Any]", row: Model) -> Any:
        return field.get_db_prep_save(getattr(row, field.attname), connection)

    if is_postgres():
        arrays = [[value(field, row) for row in rows] for field in [key, *fields]]  # type: ignore[list-item, arg-type]
        types = [_array_type(field) for field in [key, *fields]]  # type: ignore[list-item]
        names = ", ".join(f"c{i}" for i in range(len(arrays)))
        sets = ", ".join(f"{quote(field.column)} = v.c{i + 1}" for i, field in enumerate(fields))  # type: ignore[union-attr]
        unnest = ", ".join(f"%s::{kind}[]" for kind in types)
        sql = f"UPDATE {table} SET {sets} FROM unnest({unnest}) AS v({names}) WHERE {table}.{quote(key.column)} = v.c0"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, arrays)
        return len(rows)
    sets = ", ".join(f"{quote(field.column)} = %s" for field in fields)  # type: ignore[union-attr]
    sql = f"UPDATE {table} SET {sets} WHERE {quote(key.column)} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[value(f, row) for f in [*fields, key]] for row in rows])  # type: ignore[list-item, arg-type]
    return len(rows)


def _array_type(field: "Field[Any, Any]") -> str:
    """Return the column type of a field, for its array."""
    kind = field.rel_db_type(connection) if field.is_relation or field.primary_key else field.db_type(connection)
    assert kind is not None
    return kind


def take_turns(name: str) -> None:
    """Hold the turn called `name` until the end of the transaction, so that claims of one queue never overlap.

    An advisory lock on PostgreSQL; on SQLite the IMMEDIATE transaction already is the turn.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"declic:{name}"])


def is_deadlock(error: Exception) -> bool:
    """Tell whether PostgreSQL ended this transaction to resolve a deadlock, so that it may be tried again."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in {"40P01", "40001"}
