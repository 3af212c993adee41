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
    batch = 5  # each may hold half a million letters

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return all lines that wait; `erase` looks into each."""
        return ImportChunk.objects.exclude(lines=[]).only("pk")

    def is_settled(self, subject: Subject) -> bool:
        """Tell whether no file is being read: what is not a line yet cannot be looked through."""
        return not Import.objects.filter(status__in=Import.COMING_IN).exists()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Empty the lines that name the person, as they stand once nobody is importing them."""
        found = ImportChunk.objects.filter(pk__in=[row.pk for row in rows]).select_related("source").order_by("pk")
        changed = []
        for chunk in db.locked(found.defer("outcomes", "source__reading")):
            people = LookedFor(subject.identifiers, chunk.source.mapping)
            lines = [[] if people.are_in(line) else line for line in chunk.lines]
            if lines != chunk.lines:
                chunk.lines = lines
                changed.append(chunk)
        db.update_rows(changed, ["lines"])


@personal_tables.register
class ImportedOutcomes(PersonalTable):
    """Why lines were refused, in words that may quote them."""

    kind = "import_outcome"
    model = ImportChunk
    label = _("Reasons why lines of files were refused")
    hidden = None  # they are others' too
    order = 94  # behind the lines, and before the first line that stands in front of every reason is taken away
    batch = 50

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return all chunks with refused lines; `erase` looks into each."""
        return ImportChunk.objects.filter(refused__gt=0).only("pk")

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank what names the person, and all of a file whose first line does."""
        found = ImportChunk.objects.filter(pk__in=[row.pk for row in rows]).select_related("source").order_by("pk")
        person, changed = LookedFor(subject.identifiers, []), []
        for chunk in db.locked(found.defer("lines", "source__reading")):
            is_theirs = person.are_in(chunk.source.header)
            outcomes = [
                [word, "" if is_theirs or person.are_in([why]) else why, *rest] for word, why, *rest in chunk.outcomes
            ]
            if outcomes != chunk.outcomes:
                chunk.outcomes = outcomes
                changed.append(chunk)
        db.update_rows(changed, ["outcomes"])


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
        return Import.objects.defer("reading")

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take away what names the person: a first line that does is theirs whole."""
        person, changed = LookedFor(subject.identifiers, []), []
        for row in rows:
            name = ERASED if person.are_in([row.name]) else row.name
            header = [ERASED] * len(row.header) if person.are_in(row.header) else row.header
            if (name, header) != (row.name, row.header):
                row.name, row.header = name, header
                changed.append(row)
        db.update_rows(changed, ["name", "header"])
