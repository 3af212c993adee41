"""How many rows are written at once, on either database: past the ORM's work for each value, which costs most.

The other half of `crm.db`, through which it is called.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Model

M = TypeVar("M", bound=Model)
Prepare = Callable[[Any], Any]

# Below this, one INSERT is quicker than numbers first and COPY then.
_COPY_FROM = 16
#: written as they are by both drivers
_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is written: `prepare` turns an attribute into what the driver takes; None: as it is."""

    attname: str
    name: str
    type: str
    prepare: Prepare | None

    def values(self, rows: Sequence[Model]) -> list[Any]:
        """Return the column of all rows."""
        name, prepare = self.attname, self.prepare
        if prepare is None:
            return [row.__dict__[name] for row in rows]
        return [None if (value := row.__dict__[name]) is None else prepare(value) for row in rows]


@cache
def columns_of(model: type[Model]) -> dict[str, Column]:
    """Return the columns of a model by field name."""
    return {field.name: _column(field) for field in model._meta.concrete_fields}


def _column(field: "models.Field[Any, Any]") -> Column:
    kind = field.rel_db_type(connection) if field.is_relation or field.primary_key else field.db_type(connection)
    assert isinstance(kind, str)
    return Column(field.attname, str(field.column), kind, _prepare(field))


def _prepare(field: "models.Field[Any, Any]") -> Prepare | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        encoder = field.encoder
        return _json if encoder is None else lambda value: json.dumps(value, cls=encoder)
    if isinstance(field, _AS_THEY_ARE):
        return None
    if connection.vendor == "postgresql" and isinstance(field, models.DateField | models.UUIDField):
        return None
    if isinstance(field, models.DateTimeField):
        return _sqlite_instant
    return lambda value: field.get_db_prep_save(value, connection)


def _json(value: Any) -> str:
    return json.dumps(value)


@lru_cache(maxsize=4096)
def _sqlite_instant(value: datetime | date) -> str:
    assert isinstance(value, datetime)
    return str(value.astimezone(UTC).replace(tzinfo=None))


def insert_rows(rows: Sequence[M]) -> Sequence[M]:
    """Insert rows of one model, setting their ids; no signal is sent and nothing is looked up."""
    if not rows:
        return rows
    model = type(rows[0])
    for field in model._meta.concrete_fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for row in rows:
                field.pre_save(row, True)
    for row in rows:
        _take_late_keys(row)
    columns = [column for column in columns_of(model).values() if column.name != _key(model).name]
    with transaction.atomic(savepoint=False):
        if connection.vendor == "postgresql":
            ids = _insert_postgres(model, columns, rows)
        else:
            ids = _insert_sqlite(model, columns, rows)
    for row, number in zip(rows, ids, strict=True):
        row.pk = number
        row._state.adding = False
        row._state.db = connection.alias
    return rows


def update_rows(rows: Sequence[Model], columns: Sequence[str]) -> int:
    """Write the named columns of rows of one model by primary key; returns how many rows were given.

    One statement on PostgreSQL (UPDATE … FROM unnest), executemany on SQLite, where Django's CASE WHEN is far slower.
    """
    if not rows:
        return 0
    model = type(rows[0])
    by_name = columns_of(model)
    key, written = _key(model), [by_name[name] for name in columns]
    values = [column.values(rows) for column in (*written, key)]
    table = _quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{_quote(column.name)} = v.c{index}" for index, column in enumerate(written))
            names = ", ".join(f"c{index}" for index in range(len(values)))
            arrays = ", ".join(f"%s::{column.type}[]" for column in (*written, key))
            where = f"{table}.{_quote(key.name)} = v.c{len(written)}"
            cursor.execute(f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS v({names}) WHERE {where}", values)  # noqa: S608
        else:
            sets = ", ".join(f"{_quote(column.name)} = %s" for column in written)
            where = f"{_quote(key.name)} = %s"
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {where}", list(zip(*values, strict=True)))  # noqa: S608
    return len(rows)


def _take_late_keys(row: Model) -> None:
    """Take the ids of related rows that were written after they were assigned."""
    for name, related in row._state.fields_cache.items():
        if isinstance(related, Model):
            attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
            if row.__dict__.get(attname) is None and related.pk is not None:
                row.__dict__[attname] = related.pk


def _insert_postgres(model: type[Model], columns: list[Column], rows: Sequence[Model]) -> list[int]:
    key = _key(model)
    values = zip(*(column.values(rows) for column in columns), strict=True)
    if len(rows) < _COPY_FROM:
        line = f"({', '.join(['%s'] * len(columns))})"
        sql = f"{_insert_into(model, columns)} VALUES {', '.join([line] * len(rows))} RETURNING {_quote(key.name)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for row in values for value in row])
            return [number for (number,) in cursor.fetchall()]
    with connection.cursor() as cursor:
        found = f"pg_get_serial_sequence('{_quote(model._meta.db_table)}', '{key.name}')::regclass"
        sequence = f"(SELECT {found} AS name OFFSET 0) AS sequence"  # OFFSET: looked up once, not for each number
        cursor.execute(f"SELECT nextval(name) FROM {sequence}, generate_series(1, %s)", [len(rows)])  # noqa: S608
        ids = [number for (number,) in cursor.fetchall()]
        names = ", ".join(_quote(column.name) for column in (key, *columns))
        sql = f"COPY {_quote(model._meta.db_table)} ({names}) FROM STDIN"
        with connection.wrap_database_errors, cursor.cursor.copy(sql) as copy:
            for number, line_of_values in zip(ids, values, strict=True):
                copy.write_row((number, *line_of_values))
    return ids


def _insert_sqlite(model: type[Model], columns: list[Column], rows: Sequence[Model]) -> list[int]:
    key = _key(model)
    with connection.cursor() as cursor:
        if len(rows) == 1:
            sql = f"{_insert_into(model, columns)} VALUES ({', '.join(['%s'] * len(columns))})"
            cursor.execute(sql, [column.values(rows)[0] for column in columns])
            return [cursor.lastrowid]
        # The transaction holds the only write lock, so nobody takes these numbers meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        ids = list(range(first, first + len(rows)))
        sql = f"{_insert_into(model, [key, *columns])} VALUES ({', '.join(['%s'] * (len(columns) + 1))})"
        cursor.executemany(sql, list(zip(ids, *(column.values(rows) for column in columns), strict=True)))
    return ids


def _insert_into(model: type[Model], columns: Sequence[Column]) -> str:
    return f"INSERT INTO {_quote(model._meta.db_table)} ({', '.join(_quote(column.name) for column in columns)})"


def _key(model: type[Model]) -> Column:
    assert model._meta.pk is not None
    return columns_of(model)[model._meta.pk.name]


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
