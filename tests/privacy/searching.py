"""Search the whole database, column by column, and every key of Redis for words."""

import base64
import contextlib
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import redis
from django.db import connection


def found_in_database(words: Iterable[str]) -> list[str]:
    """Return table, column and word for each place of the database in which one of the words stands."""
    spelt = {word: {word.lower(), json.dumps(word)[1:-1].lower()} for word in words}
    return sorted(
        {
            f"{where}: {word}"
            for where, text in _cells()
            for word, spellings in spelt.items()
            if any(spelling in text for spelling in spellings)
        }
    )


def found_in_redis(client: redis.Redis, words: Iterable[str]) -> list[str]:
    """Return key and word for each value in which one of the words stands, packed ones unpacked."""
    wanted = [word.lower() for word in words]
    return sorted(
        {
            f"{key.decode()}: {word}"
            for key in client.scan_iter()
            for value in [key, *_values(client, key)]
            for text in _texts(value)
            for word in wanted
            if word in text
        }
    )


def _cells() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    for text in _texts(value):
                        yield f"{table}.{name}", text


def _values(client: redis.Redis, key: bytes) -> list[Any]:
    read: dict[bytes, Any] = {
        b"string": lambda: [client.get(key)],
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],  # type: ignore[union-attr]
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: list(client.smembers(key)),  # type: ignore[arg-type]
        b"zset": lambda: client.zrange(key, 0, -1),
        b"stream": lambda: [part for _id, fields in client.xrange(key) for part in fields.values()],  # type: ignore[union-attr]
    }
    return list(read[client.type(key)]())  # type: ignore[index]


def _texts(value: Any) -> Iterator[str]:
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    yield raw.decode("utf-8", "replace").lower()
    for packed in (lambda: zlib.decompress(raw), lambda: zlib.decompress(base64.b64decode(raw, validate=True))):
        with contextlib.suppress(Exception):
            yield packed().decode("utf-8", "replace").lower()
