"""What speaks of people without pointing at them: answers of the API, the admin's log."""

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from crm.models import (
    Consent,
    CustomValue,
    IdempotentCall,
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
TRIED_AGAIN = gettext_noop("Erasure tried again")


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
        "change_message": lambda value, _row: value if value in (ERASED, EXPORTED, TRIED_AGAIN) else "",
    }

    def given(self, row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Call a referral by its number: its words name both people."""
        said = super().given(row, subject)
        if row["content_type_id"] == _type_of(Referral).pk:
            said["object_repr"] = f"#{row['object_id']}"
        return said

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the lines about the profile and about its rows."""
        about = Q(content_type=_type_of(Profile), object_id=str(subject.profile_id))
        for model, path in _LOGGED:
            mine = QuerySet(model).filter(**{path: subject.profile_id}).annotate(key_as_text=Cast("pk", TextField()))
            about |= Q(content_type=_type_of(model), object_id__in=mine.values("key_as_text"))
        return LogEntry.objects.filter(about)


@personal_tables.register
class LogLinesByName(PersonalTable):
    """Lines about anything else that name the person: an address that was suppressed by hand, a row that is gone."""

    kind = "log_by_name"
    model = LogEntry
    label = _("Changes made in the back-office that name the person")
    hidden = None  # they may name others
    order = 10
    blanks = LogLines.blanks

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the lines in which their addresses, numbers or ids may stand; no index serves it."""
        named = [
            Q(object_repr__icontains=text) | Q(change_message__icontains=json.dumps(text)[1:-1])
            for text in subject.texts
        ]
        return LogEntry.objects.filter(reduce(or_, named)) if named else LogEntry.objects.none()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank those that name the person: others hold such a text as a part of a longer one."""
        self.blank([row for row in rows if subject.is_in([row.object_repr, _read(row.change_message)])])


def _type_of(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)
