"""How answers travel through the pipe: rendered texts as they are, all else as JSON."""

import json
from typing import Any

_TEXTS, _VALUE = b"T", b"V"


def texts(*parts: str) -> bytes:
    """Return texts one behind the other, each behind its length; half a surrogate pair becomes a question mark."""
    encoded = [part.encode("utf-8", "replace") for part in parts]
    return _TEXTS + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def value(plain: Any) -> bytes:
    """Return a JSON value."""
    return _VALUE + json.dumps(plain).encode()


def read(message: bytes) -> Any:
    """Return what was sent: a tuple of texts, or a JSON value."""
    if message[:1] == _VALUE:
        return json.loads(message[1:])
    parts, position = [], 1
    while position < len(message):
        end = position + 4 + int.from_bytes(message[position : position + 4], "big")
        parts.append(message[position + 4 : end].decode())
        position = end
    return tuple(parts)
