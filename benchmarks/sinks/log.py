"""The log of a sink: one JSON object a line, written before the sender gets its answer."""

import json
import os
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any


class Log:
    """Appends lines; each is in the file when `add` returns."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def add(self, *entries: dict[str, Any]) -> None:
        """Write entries with one call."""
        os.write(self._file, b"".join(json.dumps(entry).encode() + b"\n" for entry in entries))


def read_log(path: str | Path) -> list[dict[str, Any]]:
    """Return what a sink wrote so far; a line that is being written is left out."""
    lines = Path(path).read_bytes().split(b"\n")[:-1]
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for entry in entries:
        if "=?" in entry.get("subject", ""):  # decoded here: the sink has no time for it
            entry["subject"] = str(make_header(decode_header(entry["subject"])))
    return entries
