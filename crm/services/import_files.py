"""Files as they come in: kept in pieces at once, then read into lines a piece at a time, from where one broke off."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import IO

from django.db.models import Max
from django.utils.translation import gettext as _

from crm import clock, db
from crm.errors import Invalid
from crm.imports.columns import guessed
from crm.imports.date_orders import guessed_order
from crm.imports.encodings import ENCODINGS, MARKS, EncodingGuess, mark_of
from crm.imports.files import MOST_BYTES, LineReader, header_of
from crm.models import Import, ImportChunk, ImportPiece
from crm.services.import_steps import be_alone_with, note

#: bytes kept in one row, and read in one transaction
PIECE = 1_000_000
MOST_LINES = 1_000_000
#: an upload that is not complete by then was broken off
_BROKEN_OFF = timedelta(hours=1)
_INSERTED_AT_ONCE = 50
#: lines that tell how days are written
_SAMPLE = 1_000
Status = Import.Status


def keep_file(source: Import, file: IO[bytes], *, encoding: str) -> None:
    """Keep a file in pieces, each in a transaction of its own, and note how it is to be read.

    Without an `encoding` that is known all of the file tells it. Raises Invalid for what is no CSV.
    """
    guess, first, number = EncodingGuess(), b"", 0
    while data := file.read(PIECE):
        number += 1
        guess.feed(data)
        if number == 1:
            mark = mark_of(data)
            first = data = data.removeprefix(mark)
        source.size += len(data)
        if source.size > MOST_BYTES:
            raise Invalid(_("The file is too large."))
        ImportPiece.objects.create(source=source, number=number, data=data)
    if not first.strip():
        raise Invalid(_("The file is empty."))
    chosen = MARKS.get(mark) or (encoding if encoding in ENCODINGS else guess.result())
    delimiter, header = header_of(first, encoding=chosen, is_whole=number == 1)
    begun = Import.objects.filter(pk=source.pk, status=Status.UPLOADING).update(
        status=Status.READING,
        encoding=chosen,
        delimiter=delimiter,
        header=header,
        mapping=guessed(header),
        pieces=number,
        size=source.size,
    )
    if not begun:
        raise Invalid(_("Somebody cancelled this import meanwhile."))


def read_piece(source: Import) -> bool:
    """Read the lines of the next piece; true when all are read. Raises Invalid for what is no CSV.

    The caller is alone with it. The piece goes with the same transaction, so that no line is read twice.
    """
    piece = ImportPiece.objects.filter(source=source).order_by("number").first()
    if piece is None:
        raise Invalid(_("The file is not there any more: upload it again."))
    data, is_last = bytes(piece.data), piece.number == source.pieces
    waiting: list[list[str]] = source.reading.get("lines", [])
    reader = LineReader(encoding=source.encoding, delimiter=source.delimiter, state=source.reading.get("reader", {}))
    lines = reader.lines(data, is_last=is_last)
    if piece.number == 1:
        next(lines, None)  # the header
    width = len(source.header)
    for line in lines:
        waiting.append([*line[:width], *[""] * (width - len(line))])
        source.lines += 1
    if source.lines > MOST_LINES:
        raise Invalid(_("The file has too many lines: cut it into files of a million."))
    if is_last and not source.lines:
        raise Invalid(_("The file has no lines below its header."))
    order = guessed_order(waiting[:_SAMPLE]) if piece.number == 1 else source.date_order
    between = {"reader": reader.state, "lines": _write(source, waiting, is_last=is_last)}
    piece.delete()
    note(
        source,
        lines=source.lines,
        bytes_read=source.bytes_read + len(data),
        reading={} if is_last else between,
        date_order=order,
        status=Status.UPLOADED if is_last else Status.READING,
    )
    return is_last


def _write(source: Import, waiting: list[list[str]], *, is_last: bool) -> list[list[str]]:
    """Write the lines that wait in chunks; returns those that are too few for one yet."""
    number = ImportChunk.objects.filter(source=source).aggregate(last=Max("number"))["last"] or 0
    first_line = source.lines - len(waiting) + 2
    chunks: list[ImportChunk] = []
    for lines in _cut(waiting, is_last=is_last):
        number += 1
        chunks.append(ImportChunk(source=source, number=number, first_line=first_line, lines=lines))
        first_line += len(lines)
    for start in range(0, len(chunks), _INSERTED_AT_ONCE):
        db.insert_rows(chunks[start : start + _INSERTED_AT_ONCE])
    return waiting[sum(len(chunk.lines) for chunk in chunks) :]


def _cut(waiting: list[list[str]], *, is_last: bool) -> Iterator[list[list[str]]]:
    """Cut lines into chunks; the last ones only where none follow."""
    lines: list[list[str]] = []
    letters = 0
    for line in waiting:
        lines.append(line)
        letters += sum(map(len, line))
        if len(lines) == ImportChunk.SIZE or letters >= ImportChunk.LETTERS:
            yield lines
            lines, letters = [], 0
    if is_last and lines:
        yield lines


def forget_files(sources: Iterable[int]) -> None:
    """Forget what files hold, inside the caller's transaction; what became of their lines stays."""
    keys = sorted(sources)
    for key in keys:
        be_alone_with(key)
    ImportPiece.objects.filter(source__in=keys).delete()
    ImportChunk.objects.filter(source__in=keys).exclude(lines=[]).update(lines=[])
    Import.objects.filter(pk__in=keys).update(reading={})


def broken_off() -> list[int]:
    """Return the ids of uploads that nobody completes any more."""
    old = Import.objects.filter(status=Status.UPLOADING, uploaded_at__lt=clock.now() - _BROKEN_OFF)
    return list(old.values_list("pk", flat=True))
