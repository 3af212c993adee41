"""How a text is kept from being read as a formula by a spreadsheet, and read again as it was."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would calculate; a phone number is none."""
    if _FORMULA.match(text) and not text[1:].isdecimal():
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """Take the apostrophe off again."""
    return text[1:] if _GUARDED.match(text) else text
