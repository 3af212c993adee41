"""The list of tables that hold something of a person; every app declares its own in a `personal` module."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from crm import db
from crm.cause import Caused
from crm.personal.blanks import Blank, no_file
from crm.personal.others import without_others
from crm.personal.subject import Subject
from crm.registry import Registry


class Unsettled(Exception):
    """Somebody is writing to a row of a batch: nothing of the batch is written, and the erasure comes back later."""


class PersonalTable:
    """One table: which of its rows are a person's, what of them is blanked, and what is given out."""

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[str | Promise]
    #: what of a row stays after an erasure, and why; empty: nothing
    keeps: ClassVar[str | Promise] = ""
    #: how a row leads to its profile
    path: ClassVar[str] = "profile"
    #: column → what becomes of its value; all other columns stay
    blanks: ClassVar[Mapping[str, Blank]] = {}
    #: whether rows are taken away instead
    is_removed: ClassVar[bool] = False
    #: columns that are not given out: keys of workers, secrets, what is somebody else's; None: no row is
    hidden: ClassVar[frozenset[str] | None] = frozenset()
    #: what `given` reads besides the columns, and nobody is given
    beside: ClassVar[Mapping[str, Combinable]] = {}
    #: smaller is gone through first: what is found by way of another table comes before it
    order: ClassVar[int] = 50
    #: rows gone through in one transaction
    batch: ClassVar[int] = 500
    #: the column that leads to the profile whose rows they are, where that is somebody else: it is locked too
    owner: ClassVar[str] = ""

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the rows of a person; an index serves it by id."""
        return QuerySet(self.model).filter(**{self.path: subject.profile_id})

    def identifiers(self, profile_id: int) -> Iterable[str]:
        """Return under which addresses and ids these rows know or knew the person."""
        return ()

    def stop(self, profile_id: int) -> None:
        """End what is under way, in the transaction that marks the profile as erased; the caller holds its lock."""

    def is_settled(self, subject: Subject) -> bool:
        """Tell whether nobody is writing to these rows just now; if not, the erasure comes back a little later."""
        return True

    def columns(self) -> list[str]:
        """List the columns that are given out."""
        hidden = self.hidden or frozenset()
        return [field.attname for field in self.model._meta.concrete_fields if field.attname not in hidden]

    def given(self, row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Return the columns of a row as they are handed out: what they say of others is reduced."""
        return without_others(row, subject.profile_id)

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank or take away rows of one batch, inside the caller's transaction; may raise Unsettled."""
        if self.is_removed:
            keys = [row.pk for row in rows]
            QuerySet(self.model).filter(pk__in=keys)._raw_delete(connection.alias)
        else:
            self.blank(rows)

    def finish(self) -> None:
        """Clear what may lie outside of the database; called last, outside of a transaction."""

    def blank(self, rows: Sequence[Any]) -> None:
        """Write the blanked columns of those rows that are not blank yet."""
        blanks = self._all_blanks()
        changed = [row for row in rows if _blank_one(row, blanks)]
        if changed:
            db.update_rows(changed, list(blanks))

    def is_blank(self, row: Any) -> bool:
        """Tell whether there is nothing to blank in a row."""
        return all(blank(getattr(row, name), row) == getattr(row, name) for name, blank in self._all_blanks().items())

    def _all_blanks(self) -> Mapping[str, Blank]:
        return {**self.blanks, "actor": no_file} if issubclass(self.model, Caused) else self.blanks


def _blank_one(row: Any, blanks: Mapping[str, Blank]) -> bool:
    found = {name: blank(getattr(row, name), row) for name, blank in blanks.items()}
    is_changed = any(getattr(row, name) != value for name, value in found.items())
    for name, value in found.items():
        setattr(row, name, value)
    return is_changed


#: Any app may register.
personal_tables: Registry[PersonalTable] = Registry("personal table")


def tables() -> list[PersonalTable]:
    """Return the whole list, in the order in which an erasure goes through it."""
    autodiscover_modules("personal")
    return sorted((table() for table in personal_tables), key=lambda table: table.order)
