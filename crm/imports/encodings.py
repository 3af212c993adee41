"""In which encoding a file is written: told by all of it, a piece at a time."""

import codecs
import re

from django.utils.translation import gettext_lazy as _

#: what may be chosen by hand, with its name in words
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": _("Windows (Western Europe)"),
    "iso8859-15": "ISO 8859-15",
    "mac-roman": _("Mac (older programs)"),
    "utf-16-le": "UTF-16",
}
#: how a file may begin to say what it is
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BROKEN = re.compile("[\udc80-\udcff]")
_LETTERS = re.compile("[^\x00-\x7f\udc80-\udcff]")
#: one broken letter among so many is a slip; more of them mean that it is no UTF-8
_SLIP = 50


class EncodingGuess:
    """Takes a file piece by piece and tells its encoding at the end: by its mark, UTF-8, else what Windows writes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._letters = self._broken = 0
        self._mark: bytes | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        if self._mark is None:
            self._mark = mark_of(data)
        self._count(self._decoder.decode(data))

    def result(self) -> str:
        """Return the encoding."""
        if self._mark:
            return MARKS[self._mark]
        self._count(self._decoder.decode(b"", True))
        return "utf-8" if self._broken * _SLIP <= self._letters else "cp1252"

    def _count(self, text: str) -> None:
        if not text.isascii():
            self._broken += len(_BROKEN.findall(text))
            self._letters += len(_LETTERS.findall(text))


def mark_of(data: bytes) -> bytes:
    """Return the mark with which a file begins, empty where there is none."""
    return next((mark for mark in MARKS if data.startswith(mark)), b"")
