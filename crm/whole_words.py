"""Addresses and numbers as they stand in longer texts: as whole words, never as a part of another."""

import re
from collections.abc import Iterable

#: what may follow a word at once: files are named for people, and no address ends like this
_FILES = r"\.(?:csv|txt|tsv|xlsx?)\b"


def whole(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of the texts, in small letters ("zoé <zoe@shop.example>"), but not within another word."""
    wanted = "|".join(map(re.escape, sorted(texts)))
    return re.compile(rf"(?<![\w.+%-])(?:{wanted})(?:(?={_FILES})|(?![\w-]|\.\w))" if wanted else r"(?!)")
