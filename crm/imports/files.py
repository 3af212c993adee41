"""CSV files as people have them: any usual encoding, comma, semicolon, tab or bar."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from crm.errors import Invalid

MOST_BYTES = 200_000_000
MOST_LINES = 1_000_000
MOST_COLUMNS = 200
_LONGEST = 10_000
_DELIMITERS = ";,\t|"
_SAMPLE = 65_536


def read_lines(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield the lines of a file, the header first, each as long as the header; raises Invalid for what is no CSV."""
    start = file.read(_SAMPLE)
    file.seek(0)
    if not start.strip():
        raise Invalid(_("The file is empty."))
    encoding = encoding_of(start, is_whole=len(start) < _SAMPLE)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=delimiter_of(start.decode(encoding, "replace")))
    try:
        header = [name.replace("\0", "").strip()[:200] for name in next(reader)]
        if not any(header) or len(header) > MOST_COLUMNS:
            raise Invalid(_("The first line must name the columns, %(n)d at most.") % {"n": MOST_COLUMNS})
        yield header
        for number, line in enumerate(_filled(reader), start=1):
            if number > MOST_LINES:
                raise Invalid(_("The file has too many lines: cut it into files of a million."))
            padded = [*line[: len(header)], *[""] * (len(header) - len(line))]
            yield [value.replace("\0", "").strip()[:_LONGEST] for value in padded]
    except (csv.Error, StopIteration) as error:
        raise Invalid(_("This is no CSV file: %(error)s") % {"error": error}) from error
    finally:
        text.detach()


def encoding_of(start: bytes, *, is_whole: bool = True) -> str:
    """Return the encoding of a text by how it begins: UTF-8 or UTF-16, else what Windows writes."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_whole or error.start < len(start) - 4:  # a sample may end within a letter
            return "cp1252"
    return "utf-8-sig"


def delimiter_of(text: str) -> str:
    """Return the delimiter that the first line holds most often."""
    first = text.splitlines()[0] if text else ""
    return max(_DELIMITERS, key=first.count)


def _filled(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    return (line for line in reader if any(value.strip() for value in line))
