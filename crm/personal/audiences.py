"""Conditions that name a person: of segments, as they stand and as they stood, and of audiences that were frozen."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.models import Newsletter, Segment
from crm.personal.base import PersonalTable, personal_tables
from crm.personal.blanks import ERASED
from crm.personal.subject import Subject


class NamingConditions(PersonalTable):
    """Rows whose conditions may compare with an address, a number or an id.

    The database finds the rows that hold such a text anywhere, and each of them is looked through.
    """

    hidden = None  # they are the shop's
    #: shared by all, so touched last
    order = 90
    batch = 50
    #: the JSON columns with conditions in them
    looked_through: ClassVar[Sequence[str]]

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return those whose JSON holds, as text, what the person is called by."""
        names = {f"{column}_text": Cast(column, TextField()) for column in self.looked_through}
        holding = [Q(**{f"{name}__icontains": text}) for name in names for text in subject.plain_texts]
        rows: QuerySet[Any] = QuerySet(self.model)
        return rows.alias(**names).filter(reduce(or_, holding)) if holding else rows.none()

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take the person out of the conditions that name them; only these rows are locked, and read once more."""
        naming = [row.pk for row in rows if self.take_out(row, subject)]
        held: QuerySet[Any] = db.locked(QuerySet(self.model).filter(pk__in=naming).order_by("pk"))
        changed = [row for row in held if self.take_out(row, subject)] if naming else []
        if changed:
            db.update_rows(changed, self.written())

    def written(self) -> Sequence[str]:
        """Name the columns that change."""
        return self.looked_through

    def take_out(self, row: Any, subject: Subject) -> bool:
        """Take the person out of one row; returns whether they were in it."""
        found = {name: without_operands(getattr(row, name), subject) for name in self.looked_through}
        is_changed = any(getattr(row, name) != value for name, value in found.items())
        for name, value in found.items():
            setattr(row, name, value)
        return is_changed


def without_operands(value: Any, subject: Subject) -> Any:
    """Return a JSON document whose conditions compare with nothing that names the person; all else is as it was.

    A condition is {"kind", "config"}, wherever it stands; that of an action is not one: it stands beside "type".
    """
    if isinstance(value, Mapping):
        is_condition = {"kind", "config"} <= value.keys() and "type" not in value
        return {
            name: _without(item, subject) if is_condition and name == "config" else without_operands(item, subject)
            for name, item in value.items()
        }
    return [without_operands(item, subject) for item in value] if isinstance(value, list) else value


def _without(value: Any, subject: Subject, *, is_id: bool = False) -> Any:
    """Take addresses and numbers out; an id only where ids are compared: a tag or an amount may be written alike."""
    if isinstance(value, Mapping):
        is_id = value.get("field") == "external_id"
        return {name: _without(item, subject, is_id=is_id) for name, item in value.items()}
    if isinstance(value, list):
        return [_without(item, subject, is_id=is_id) for item in value]
    text = value.strip().lower() if isinstance(value, str) else ""
    is_theirs = text in subject.texts and (is_id or "@" in text or text.startswith("+"))
    return ERASED if is_theirs else value


@personal_tables.register
class SegmentRules(NamingConditions):
    """Segments."""

    kind = "segment_rules"
    model = Segment
    label = _("Conditions of segments")
    looked_through = ("rules",)

    def written(self) -> Sequence[str]:
        """Let a form that is open elsewhere find that they changed, and the scheduler count anew."""
        return [*super().written(), "updated_at", "counted_at"]

    def take_out(self, row: Any, subject: Subject) -> bool:
        """Take the person out of the rules."""
        is_changed = super().take_out(row, subject)
        if is_changed:
            row.updated_at, row.counted_at = clock.now(), None
        return is_changed


@personal_tables.register
class FormerSegmentRules(NamingConditions):
    """What segments were before."""

    kind = "former_segment_rules"
    model = Segment.history.model
    label = _("Former conditions of segments")
    looked_through = ("rules",)


@personal_tables.register
class FrozenAudiences(NamingConditions):
    """Whom newsletters are for, as it was frozen."""

    kind = "frozen_audience"
    model = Newsletter
    label = _("Audiences of newsletters")
    looked_through = ("frozen",)
