"""How long what is kept: classes of data, cleared by age; any app declares its own in a `retention` module."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from crm import clock, db
from crm.models import RetentionRule
from crm.registry import Registry


class RetentionClass:
    """Rows of one table that are cleared when they are old: gone through by id, whose order is mostly that of time."""

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[str | Promise]
    #: what it is for, and what is missing afterwards
    meaning: ClassVar[str | Promise]
    #: the column whose time counts
    time: ClassVar[str]
    #: None: for ever
    days: ClassVar[int | None]
    #: fewer days would break what stands on them
    least: ClassVar[int] = 1
    #: whether the days are a promise that nobody may change
    is_fixed: ClassVar[bool] = False
    #: whether ids are not in the order of time: the table is gone through again and again, one batch in a turn
    goes_in_circles: ClassVar[bool] = False

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return the ids of those that are still needed although they are old; they are looked at again later."""
        return set()

    def clear(self, rows: Sequence[Any]) -> None:
        """Delete rows, inside the caller's transaction; a class whose rows stay blanks them instead."""
        self.delete(row.pk for row in rows)

    def delete(self, keys: Iterable[int]) -> None:
        """Delete rows that nothing refers to."""
        QuerySet(self.model).filter(pk__any_of=keys).delete()

    def how_many(self) -> int:
        """Return about how many rows there are."""
        return db.about_how_many(self.model)

    def oldest(self) -> datetime | None:
        """Return the time of the oldest row."""
        found: datetime | None = QuerySet(self.model).order_by("pk").values_list(self.time, flat=True).first()
        return found


#: Any app may register.
retention_classes: Registry[RetentionClass] = Registry("retention class")


#: what speaks of people and has no age, and why; any app declares its own
kept: dict[type[Model], str | Promise] = {}


def keep(*models: type[Model], because: str | Promise) -> None:
    """Declare that rows of some models are never cleared by age."""
    kept.update(dict.fromkeys(models, because))


def classes() -> list[RetentionClass]:
    """Return all classes, those of the ground first."""
    autodiscover_modules("retention")
    return [one() for one in retention_classes]


def days_of(one: RetentionClass) -> int | None:
    """Return how long a class is kept: as somebody chose, else its default."""
    rule = RetentionRule.objects.filter(kind=one.kind, is_chosen=True).first()
    return rule.days if rule is not None and not one.is_fixed else one.days


def horizon_of(kind: str) -> datetime:
    """Return the time before which rows of a class may be gone; what counts rows counts from there."""
    found = RetentionRule.objects.filter(kind=kind).values_list("horizon", flat=True).first()
    return found or _BEGINNING


def before(days: int) -> datetime:
    """Return the time before which what is kept for so many days is old."""
    return clock.now() - timedelta(days=days)


_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
