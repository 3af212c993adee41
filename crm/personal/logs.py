"""What speaks of people without pointing at them: answers of the API, files to import, the admin's log."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from crm import db
from crm.imports.naming import LookedFor
from crm.models import (
    Consent,
    CustomValue,
    IdempotentCall,
    Import,
    ImportChunk,
    Movement,
    Participation,
    Pot,
    Profile,
    ProfileTag,
    Referral,
)
from crm.personal.base import PersonalTable, personal_tables
from crm.personal.subject import Subject


@personal_tables.register
class Answers(PersonalTable):
    """Answers kept for repeated calls of the API: found by what they say, since nothing points at a profile."""

    kind = "api_answer"
    model = IdempotentCall
    label = _("Answers kept for repeated API calls")
    keeps = _("That the call was made: a repetition is told that its answer was erased.")
    hidden = None  # an answer may speak of others

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return all of the last two days; `erase` looks into each."""
        return IdempotentCall.objects.filter(answer__isnull=False)

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Replace the answers that speak of the person."""
        found = [row.pk for row in rows if subject.is_in(_read(row.answer))]
        IdempotentCall.objects.filter(pk__in=found).update(answer='{"erased": true}')


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


def _read(answer: Any) -> Any:
    try:
        return json.loads(answer) if isinstance(answer, str) else answer
    except ValueError:
        return answer


#: rows whose lines in the admin's log name the person
_LOGGED: tuple[tuple[type[Model], str], ...] = (
    (Participation, "profile"),
    (Referral, "referee"),
    (Referral, "sponsor"),
    (CustomValue, "profile"),
    (Consent, "profile"),
    (ProfileTag, "profile"),
    (Pot, "profile"),
    (Movement, "profile"),
)


#: lines of the log that say how a person's rights were kept, without a word of the person
ERASED, EXPORTED = gettext_noop("Erased"), gettext_noop("Data exported")


@personal_tables.register
class LogLines(PersonalTable):
    """Who changed what about them in the back-office."""

    kind = "log"
    model = LogEntry
    label = _("Changes made in the back-office")
    keeps = _("Who changed something of this profile, and when: without what it was.")
    order = 10  # before the rows that it is found by are gone
    hidden = frozenset({"user_id"})  # who served them is somebody else
    blanks = {
        "object_repr": lambda _value, row: f"#{row.object_id}",
        "change_message": lambda value, _row: value if value in (ERASED, EXPORTED) else "",
    }

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the lines about the profile and about its rows."""
        about = Q(content_type=_type_of(Profile), object_id=str(subject.profile_id))
        for model, path in _LOGGED:
            mine = QuerySet(model).filter(**{path: subject.profile_id}).annotate(key_as_text=Cast("pk", TextField()))
            about |= Q(content_type=_type_of(model), object_id__in=mine.values("key_as_text"))
        return LogEntry.objects.filter(about)


def _type_of(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)
