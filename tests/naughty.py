"""The Big List of Naughty Strings: what people type that breaks programs (tests/data/naughty-strings, MIT)."""

import json
from pathlib import Path

FILE = Path(__file__).parent / "data/naughty-strings/blns.json"


def naughty_strings() -> list[str]:
    """Return them all."""
    strings: list[str] = json.loads(FILE.read_text())
    assert len(strings) > 500
    return strings
