"""Files to import, which speak of many people at once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.imports.naming import LookedFor
from crm.models import Import, ImportChunk
from crm.personal.base import PersonalTable, personal_tables
from crm.personal.blanks import ERASED
from crm.personal.subject import Subject


@personal_tables.register
class ImportedLines(PersonalTable):
    """Lines of files that wait to be imported."""

    kind = "import_line"
    model = ImportChunk
    label = _("Lines of files to import")
    hidden = None  # they are others' too
    order = 90  # waits for files that are being read, and keeps no other table waiting
    batch = 50

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return all lines that wait; `erase` looks into each."""
        return ImportChunk.objects.exclude(lines=[])

    def is_settled(self, subject: Subject) -> bool:
        """Tell whether no file is being read: what is not a line yet cannot be looked through."""
        return not Import.objects.filter(status__in=Import.COMING_IN).exists()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Empty the lines that name the person, as they stand once nobody is importing them."""
        found = ImportChunk.objects.filter(pk__in=[row.pk for row in rows]).select_related("source").order_by("pk")
        changed = []
        for chunk in db.locked(found):
            people = LookedFor(subject.identifiers, chunk.source.mapping)
            lines = [[] if people.are_in(line) else line for line in chunk.lines]
            if lines != chunk.lines:
                chunk.lines = lines
                changed.append(chunk)
        db.update_rows(changed, ["lines"])


@personal_tables.register
class ImportedFiles(PersonalTable):
    """Names of files, and their first lines: a file without headings begins with a person."""

    kind = "import_file"
    model = Import
    label = _("Names and headings of imported files")
    hidden = None  # they are the shop's
    order = 95  # behind the lines, which wait until every file is read

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return all; `erase` looks into each."""
        return Import.objects.all()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take away what names the person: a first line that does is theirs whole, and stands before every refusal."""
        theirs = {row.pk for row in rows if subject.is_in(row.header)}
        self._blank_outcomes(rows, subject, theirs)
        named = [row for row in rows if row.pk in theirs or subject.is_in(row.name)]
        for row in named:
            row.name = ERASED if subject.is_in(row.name) else row.name
            row.header = [ERASED] * len(row.header) if row.pk in theirs else row.header
        db.update_rows(named, ["name", "header"])

    def _blank_outcomes(self, rows: Sequence[Any], subject: Subject, theirs: set[int]) -> None:
        """Blank what was said of their lines; chunks are locked before imports, as by those who import."""
        refused = ImportChunk.objects.filter(source__in=[row.pk for row in rows]).exclude(refused=0).order_by("pk")
        changed = []
        for chunk in db.locked(refused):
            is_theirs = chunk.source_id in theirs
            outcomes = [
                [word, "" if is_theirs or subject.is_in(why) else why, *rest] for word, why, *rest in chunk.outcomes
            ]
            if outcomes != chunk.outcomes:
                chunk.outcomes = outcomes
                changed.append(chunk)
        db.update_rows(changed, ["outcomes"])
