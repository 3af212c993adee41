"""Tracked models: every way to save a row states the same fact, in the transaction that makes it true."""

import copy
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from crm import cause, clock, db
from crm.errors import Refused
from crm.signals import Change, state

T = TypeVar("T", bound="Tracked")
R = TypeVar("R", bound=models.Model)


class UntrackedWrite(RuntimeError):
    """A queryset tried to write rows of a tracked model past its facts; call a service, or save the rows."""


class TrackedQuerySet(models.QuerySet[T]):
    """A queryset that reads; writing goes through `save()`, `delete()` of a row, or a bulk service."""

    def _refuse(self, verb: str) -> NoReturn:
        raise UntrackedWrite(f"{self.model.__name__}.objects.{verb}() would state no fact: save rows or call a service")

    def update(self, **values: Any) -> int:
        """Refuse: it would state no fact."""
        self._refuse("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: it would state no fact."""
        self._refuse("delete")

    def bulk_create(self, *args: Any, **options: Any) -> list[T]:
        """Refuse: it would state no fact."""
        self._refuse("bulk_create")

    def bulk_update(self, *args: Any, **options: Any) -> int:
        """Refuse: it would state no fact."""
        self._refuse("bulk_update")


class Tracked(models.Model):
    """A row whose changes are facts: `save()` locks its profile, writes changed columns only and states one change."""

    #: columns that are bookkeeping: a change of these alone is written but states no fact
    silent_columns: ClassVar[frozenset[str]] = frozenset({"updated_at"})

    #: when it happened where it happened; set on the instance by a door that knows it, used once by the next save
    occurred_at_given: datetime | None = None

    #: set on the instance by a service that holds the lock of `locked_profile_ids` already, used once by the next save
    is_locked: bool = False

    objects: ClassVar[models.Manager[Any]] = models.Manager.from_queryset(TrackedQuerySet)()

    class Meta:
        abstract = True

    _loaded: dict[str, Any]

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        """Remember what was loaded, so that a save knows what changed."""
        instance = super().from_db(db, field_names, values, **options)
        instance._loaded = _frozen(instance)
        return instance

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Reload, and compare what was reloaded with the new values from now on."""
        reloaded = None if fields is None else list(fields)
        super().refresh_from_db(using, reloaded, from_queryset)
        fresh = _frozen(self)
        if reloaded is not None:
            # Also called for a column that was deferred: what was changed by hand meanwhile stays a change.
            names = {field.attname for field in self._meta.concrete_fields if {field.name, field.attname} & {*reloaded}}
            fresh = getattr(self, "_loaded", {}) | {name: fresh[name] for name in names}
        self._loaded = fresh

    def locked_profile_ids(self) -> list[int]:
        """Name the profiles whose lock a change of this row needs; the row's own profile by default."""
        profile_id = getattr(self, "profile_id", None)
        return [profile_id] if profile_id is not None else []

    def settle(self, before: Mapping[str, Any]) -> None:
        """Bring the row into a right state under the lock, before it is compared and written; raises Invalid.

        `before` is the row as it stands in the database (empty for a new one).
        """

    def save(self, *args: Any, **options: Any) -> None:
        """Write what changed and state it; one transaction, the profile locked first."""
        # `args` and update_fields are what Django passes; changed columns decide by themselves what is written.
        options = {name: value for name, value in options.items() if name in {"force_insert", "using"}}
        with transaction.atomic():
            created = self._state.adding
            erased = [] if self.is_locked else lock_profiles(self.locked_profile_ids())
            if created and getattr(self, "profile_id", None) in erased:
                raise Refused(str(_("This profile was erased.")))
            self.is_locked = False
            stands = {} if created else self._as_it_stands()
            self._take_untouched(stands)
            self.settle(stands)
            if created:
                super().save(**options)
                self._state_change(created=True, before={})
                return
            changed = {name: old for name, old in stands.items() if getattr(self, name) != old}
            if not changed:
                self._loaded = _frozen(self)
                return
            if "updated_at" in stands:
                changed.setdefault("updated_at", stands["updated_at"])
            super().save(update_fields=[_field_name(self, name) for name in changed])
            if changed.keys() - self.silent_columns:
                self._state_change(created=False, before=changed)
            self._loaded = _frozen(self)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete the row and state it."""
        with transaction.atomic():
            lock_profiles(self.locked_profile_ids())
            key = self.pk
            deleted = super().delete(*args, **options)
            self.pk = key
            self._state_change(created=False, deleted=True, before={})
            self.pk = None
            return deleted

    def _as_it_stands(self) -> dict[str, Any]:
        """Read the row's columns as they are now, under the lock."""
        names = [field.attname for field in self._meta.concrete_fields if not field.primary_key]
        row = models.QuerySet(type(self)).filter(pk=self.pk).values(*names).first()
        if row is None:
            raise type(self).DoesNotExist(f"{self._meta.verbose_name} {self.pk} is gone")
        return dict(row)

    def _take_untouched(self, stands: Mapping[str, Any]) -> None:
        """Keep others' changes to columns that this copy did not touch since it was loaded."""
        loaded = getattr(self, "_loaded", {})
        for name, value in stands.items():
            if name in loaded and getattr(self, name) == loaded[name]:
                setattr(self, name, value)

    def _state_change(self, *, created: bool, before: Mapping[str, Any], deleted: bool = False) -> None:
        now = clock.now()
        occurred, self.occurred_at_given = self.occurred_at_given or now, None
        self._loaded = _frozen(self)
        state([Change(self, cause.current(), occurred, now, created=created, deleted=deleted, before=before)])


class AppendOnlyQuerySet(models.QuerySet[R]):
    """A queryset that reads and inserts; rows that stand are neither changed nor deleted through it."""

    def _refuse(self, verb: str) -> NoReturn:
        raise UntrackedWrite(f"{self.model.__name__}.objects.{verb}(): these rows are written once and never changed")

    def update(self, **values: Any) -> int:
        """Refuse."""
        self._refuse("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        self._refuse("delete")

    def bulk_update(self, *args: Any, **options: Any) -> int:
        """Refuse."""
        self._refuse("bulk_update")


class AppendOnly(models.Model):
    """A row that is written once: changing or deleting it raises."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Insert the row; a second save raises."""
        if not self._state.adding:
            raise UntrackedWrite(f"{type(self).__name__} rows are written once and never changed")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise UntrackedWrite(f"{type(self).__name__} rows are never deleted")


def lock_profiles(profile_ids: Iterable[int]) -> list[int]:
    """Lock profiles in ascending order of id until the end of the transaction (docs/design.md, section 2).

    Returns those that were erased.
    """
    from crm.models import Profile  # the models stand on this module

    erased: list[int] = []
    for batch in db.batches(sorted(set(profile_ids))):
        rows: models.QuerySet[Any] = db.locked(models.QuerySet(Profile).filter(pk__in=batch).order_by("pk"))
        erased += [pk for pk, erased_at in rows.values_list("pk", "erased_at") if erased_at is not None]
    return erased


def _frozen(row: models.Model) -> dict[str, Any]:
    loaded = row.__dict__
    return {
        field.attname: copy.deepcopy(value) if isinstance(value := loaded[field.attname], dict | list) else value
        for field in row._meta.concrete_fields
        if field.attname in loaded
    }


def _field_name(row: models.Model, attname: str) -> str:
    return next(field.name for field in row._meta.concrete_fields if field.attname == attname)
