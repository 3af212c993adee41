"""The Big List of Naughty Strings: what people type that breaks programs (tests/data/naughty-strings, MIT)."""

import json
from pathlib import Path

FILE = Path(__file__).parent / "data/naughty-strings/blns.json"
#: what the list has not: bytes that a database refuses, letters that become more, numbers that become everything
HARD = [
    "\0",
    "a\0b",
    "x" * 70_000,
    "ß" * 79,
    "İ" * 100,
    "ﷺ" * 30,
    "9" * 400,
    "-" + "9" * 30,
    "1e400",
    "1e999999999",
    "NaN",
    "-Infinity",
    "0x10",
    "٣",
    "²",
    "{{ x",
    "{{" * 30_000,
    "{% if " * 10_000,
    "{% for x in (1..9999999) %}",
    "{{ (1..100000000) | join: '' | size }}",
    "a\r\nBcc: everybody@example.com",
    "line\nline\rline",
    "\ufeff\u202e\u200b",
    "../../../../etc/passwd",
    "%s%n%(x)s{0}{x!r}",
    "http://[::1",
    "javascript:alert(1)",
    "0000-00-00",
    "9999-12-31",
    "24:60",
    "+33" + "1" * 60,
    "a@" + "b." * 120 + "c",
    "\udcff",
]


def naughty_strings() -> list[str]:
    """Return them all."""
    strings: list[str] = json.loads(FILE.read_text())
    assert len(strings) > 500
    return strings


def typeable_strings() -> list[str]:
    """Return those, and the hard ones, that a browser can send: all that have an encoding."""
    return [text for text in [*naughty_strings(), *HARD] if not any("\ud800" <= letter <= "\udfff" for letter in text)]
