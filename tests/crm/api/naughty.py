"""The strings that break programs, where they lie beside the repository."""

import json
from pathlib import Path

import pytest

FILE = Path(__file__).parents[4] / "shared/data/naughty-strings/blns.json"


def naughty_strings() -> list[str]:
    """Return them all, or skip the test."""
    if not FILE.exists():
        pytest.skip("../shared/data/naughty-strings/blns.json is absent")
    strings: list[str] = json.loads(FILE.read_text())
    assert len(strings) > 500
    return strings
