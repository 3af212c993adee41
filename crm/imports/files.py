"""CSV files as people have them: any usual encoding, comma, semicolon, tab or bar; read piece by piece."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.errors import Invalid
from crm.imports.guarding import unguarded

MOST_BYTES = 200_000_000
MOST_COLUMNS = 200
_LONGEST = 10_000
_DELIMITERS = ";,\t|"
#: letters that may wait for the end of their line
_MOST_WAITING = 2_000_000
_QUOTED = re.compile(r'"[^"]*"?')


class LineReader:
    """Reads the lines of a file out of its pieces; `state` (JSON) is all that it remembers from one to the next."""

    def __init__(self, *, encoding: str, delimiter: str, state: Mapping[str, Any]) -> None:
        self.encoding, self.delimiter = encoding, delimiter
        self._text: str = state.get("text", "")
        self._tail = bytes.fromhex(state.get("tail", ""))

    @property
    def state(self) -> dict[str, Any]:
        """What the next piece begins with: letters and bytes whose line, or whose letter, has not ended."""
        return {"text": self._text, "tail": self._tail.hex()}

    def lines(self, data: bytes, *, is_last: bool) -> Iterator[list[str]]:
        """Yield the lines that end in a piece, all of them in the last one; raises Invalid for what is no CSV."""
        feed = _Feed(self._text + self._decoded(data, is_last), is_last=is_last)
        try:
            for line in csv.reader(feed, delimiter=self.delimiter):
                if feed.is_dry and not is_last:
                    break  # it may go on in the next piece
                feed.taken = feed.given
                if any(value.strip() for value in line):
                    yield [unguarded(value.strip())[:_LONGEST] for value in line]
        except csv.Error as error:
            raise Invalid(_("This is no CSV file: %(error)s") % {"error": error}) from error
        self._text = "" if is_last else feed.text[feed.taken :]
        if len(self._text) > _MOST_WAITING:
            raise Invalid(_("This is no CSV file: a line has no end."))

    def _decoded(self, data: bytes, is_last: bool) -> str:
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        text = decoder.decode(self._tail + data, is_last)
        self._tail = decoder.getstate()[0]
        return text.replace("\0", "")


class _Feed(Iterator[str]):
    """Gives the rows of a text as csv asks for them; of a piece that is not the last, only those that have ended."""

    def __init__(self, text: str, *, is_last: bool) -> None:
        self.text, self.is_last = text, is_last
        self.given = self.taken = 0
        self.is_dry = False
        self._rows = io.StringIO(text, newline="")

    def __next__(self) -> str:
        row = self._rows.readline()
        is_open = not self.is_last and self.given + len(row) == len(self.text) and not row.endswith("\n")
        if not row or is_open:
            self.is_dry = True
            raise StopIteration
        self.given += len(row)
        return row


def header_of(data: bytes, *, encoding: str, is_whole: bool) -> tuple[str, list[str]]:
    """Return the delimiter of a file and the names of its columns by its first piece; raises Invalid."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, is_whole)
    delimiter = delimiter_of(text)
    reader = LineReader(encoding=encoding, delimiter=delimiter, state={})
    found = next(reader.lines(data, is_last=is_whole), None)
    header = [name[:200] for name in found or []]
    if not header or len(header) > MOST_COLUMNS:
        raise Invalid(_("The first line must name the columns, %(n)d at most.") % {"n": MOST_COLUMNS})
    if any("@" in name for name in header):
        raise Invalid(_("The first line must name the columns: it holds an address."))
    return delimiter, header


def delimiter_of(text: str) -> str:
    """Return the delimiter that the first line holds most often outside of quotation marks."""
    first = _QUOTED.sub("", next(iter(text.lstrip().splitlines()), ""))
    return max(_DELIMITERS, key=first.count)
