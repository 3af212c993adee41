"""The timeline of a profile: one list of what happened, out of sources that any app may register."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import ClassVar

from django.utils.functional import Promise

from crm.models import Profile
from crm.registry import Registry


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened; `key` is the id by which its source goes back in time."""

    at: datetime
    icon: str
    title: str
    detail: str = ""
    url: str = ""
    key: int = 0
    #: success, warning, danger, info or empty: the colour of the icon
    tone: str = ""


class Source(ABC):
    """Where rows of the timeline come from (events, runs, messages)."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    #: a permission without which its rows are not shown
    permission: ClassVar[str] = ""

    @abstractmethod
    def rows(self, profile: Profile, before: int | None, limit: int) -> Sequence[TimelineRow]:
        """Return the newest rows with a key below `before` (None: the newest of all), newest first; one query."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline; `older` says where each source goes on, empty at the end."""

    rows: list[TimelineRow]
    older: dict[str, int]


#: Any app may register.
sources: Registry[Source] = Registry("timeline source")


def page(profile: Profile, before: Mapping[str, int], *, limit: int = 30, kinds: Sequence[str] | None = None) -> Page:
    """Return the newest rows of the sources (all, or `kinds`), each from its key in `before` on."""
    found: list[tuple[datetime, str, TimelineRow]] = []
    for source_class in sources:
        if kinds is None or source_class.kind in kinds:
            rows = source_class().rows(profile, before.get(source_class.kind), limit + 1)
            # A row told late never stands above what its source recorded after it: going back loses none.
            instants = accumulate((row.at for row in rows), min)
            found += [(at, source_class.kind, row) for at, row in zip(instants, rows, strict=True)]
    found.sort(key=lambda one: one[0], reverse=True)
    kept = found[:limit]
    older = dict(before)
    for _at, kind, row in kept:
        older[kind] = row.key
    return Page([row for _at, _kind, row in kept], older if len(found) > limit else {})
