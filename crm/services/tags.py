"""Tags of profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause
from crm.errors import Invalid
from crm.models import Profile, ProfileTag, Tag
from crm.signals import Change, state
from crm.tracked import lock_profiles
from crm.values import parse_text


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags to add to and to remove from one profile, by name."""

    profile_id: int
    add: tuple[str, ...]
    remove: tuple[str, ...]
    cause: Cause


@dataclass(slots=True)
class TagOutcome:
    """The names that were really added and removed."""

    added: list[str]
    removed: list[str]


def change_tags(profile: Profile, *, add: Iterable[str] = (), remove: Iterable[str] = (), cause: Cause) -> TagOutcome:
    """Add and remove tags by name; a new name makes a tag. Raises Invalid for a name that cannot be one."""
    return change_tags_many([TagChange(profile.pk, tuple(add), tuple(remove), cause)])[0]


def change_tags_many(items: Sequence[TagChange]) -> list[TagOutcome]:
    """Change tags of many profiles with a fixed number of queries; one outcome for each item, in order."""
    wanted: dict[str, str] = {}
    for item in items:
        for name in (*item.add, *item.remove):
            wanted.setdefault(tag_key(name), name.strip())
    if not wanted:
        return [TagOutcome([], []) for _item in items]
    with transaction.atomic():
        lock_profiles(item.profile_id for item in items)
        tags = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
        added_keys = {tag_key(name) for item in items for name in item.add}
        tags |= _make_tags({key: wanted[key] for key in sorted(added_keys - tags.keys())})
        carried = _carried({item.profile_id for item in items}, tags)
        now = clock.now()
        added: list[Change] = []
        removed: list[Change] = []
        outcomes: list[TagOutcome] = []
        for item in items:
            outcome = TagOutcome([], [])
            outcomes.append(outcome)
            for key in dict.fromkeys(tag_key(name) for name in item.remove):
                tag = tags.get(key)
                row = carried.pop((item.profile_id, tag.pk), None) if tag else None
                if tag is not None and row is not None:
                    outcome.removed.append(tag.name)
                    removed.append(Change(row, item.cause, now, now, deleted=True))
            for key in dict.fromkeys(tag_key(name) for name in item.add):
                tag = tags[key]
                if (item.profile_id, tag.pk) not in carried:
                    row = ProfileTag(profile_id=item.profile_id, tag=tag, added_at=now)
                    carried[item.profile_id, tag.pk] = row
                    outcome.added.append(tag.name)
                    added.append(Change(row, item.cause, now, now, created=True))
        _write(added, removed)
    return outcomes


def tag_key(name: str) -> str:
    """Return what makes a tag's name the same as another; raises Invalid for what cannot be a name."""
    key = parse_text(name, longest=80, field="tags").casefold()
    if not key or len(key) > 80:
        raise Invalid(str(_("A tag needs a name of 1 to 80 characters.")), field="tags")
    return key


def _make_tags(names: dict[str, str]) -> dict[str, Tag]:
    if not names:
        return {}
    Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in names.items()], ignore_conflicts=True)
    return {tag.key: tag for tag in Tag.objects.filter(key__in=names)}


def _carried(profile_ids: set[int], tags: dict[str, Tag]) -> dict[tuple[int, int], ProfileTag]:
    by_id = {tag.pk: tag for tag in tags.values()}
    carried: dict[tuple[int, int], ProfileTag] = {}
    for batch in db.batches(profile_ids, 700):
        for row in ProfileTag.objects.filter(profile__in=batch, tag__in=list(by_id)):
            row.tag = by_id[row.tag_id]
            carried[row.profile_id, row.tag_id] = row
    return carried


def _write(added: list[Change], removed: list[Change]) -> None:
    # A row made and taken away by the same batch was never written.
    gone = [change.row.pk for change in removed if change.row.pk is not None]
    for batch in db.batches(gone):
        models.QuerySet(ProfileTag).filter(pk__in=batch).delete()
    stays = {id(change.row) for change in removed if change.row.pk is None}
    db.insert_rows([change.row for change in added if id(change.row) not in stays])
    state(removed)
    state(added)
