"""Lists as V2 answers them: startAt, maxResults, four time filters, and the address of the next page.

The next page begins behind the last row of this one, not at a number of rows: a row that changes meanwhile makes the
reader miss no other, and the last page costs what the first did.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field

from crm.api.values import Instant, written

M = TypeVar("M", bound=Model)

MOST_RESULTS = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ListQuery(BaseModel):
    """What every list takes; `createBefore` is spelt as SPREAD spells it."""

    model_config = ConfigDict(extra="ignore")

    start_at: int = Field(0, ge=0, le=2**31 - 1, alias="startAt", description="How many to pass over.")
    after: str = Field(
        "",
        pattern=r"^([0-9]{1,12}-[0-9]{1,18}-[0-9]{1,17})?$",
        description="Where the page before ended: take it from nextPageUrl. Counts instead of startAt.",
    )
    max_results: int = Field(10, ge=1, le=MOST_RESULTS, alias="maxResults")
    created_after: Instant | None = Field(None, alias="createdAfter")
    created_before: Instant | None = Field(None, alias="createBefore")
    modified_after: Instant | None = Field(None, alias="modifiedAfter")
    modified_before: Instant | None = Field(None, alias="modifiedBefore")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last row's id and time of change; `count` is what the first page counted."""

    count: int
    pk: int
    changed_at: datetime

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `ListQuery.after` let pass."""
        count, pk, microseconds = map(int, text.split("-"))
        return cls(count, pk, _EPOCH + timedelta(microseconds=microseconds))

    def __str__(self) -> str:
        return f"{self.count}-{self.pk}-{(self.changed_at - _EPOCH) // timedelta(microseconds=1)}"

    def rest(self, rows: "QuerySet[M]", column: str, *, by_change: bool) -> "QuerySet[M]":
        """Return the rows behind it, by time of change (`column`) or by id."""
        if not by_change:
            return rows.filter(pk__gt=self.pk)
        same = Q(**{column: self.changed_at, "pk__gt": self.pk})
        return rows.filter(Q(**{f"{column}__gt": self.changed_at}) | same, **{f"{column}__gte": self.changed_at})


def page(
    request: HttpRequest,
    query: ListQuery,
    rows: "QuerySet[M]",
    *,
    plural: str,
    show: Callable[[list[M]], Iterable[dict[str, Any]]],
    created: str = "created_at",
    modified: str = "updated_at",
) -> dict[str, Any]:
    """Answer one page of rows; `show` gets the page's rows at once, so that it asks for what belongs to them once."""
    bounds = {
        f"{created}__gt": query.created_after,
        f"{created}__lt": query.created_before,
        f"{modified}__gt": query.modified_after,
        f"{modified}__lt": query.modified_before,
    }
    rows = rows.filter(**{name: instant for name, instant in bounds.items() if instant is not None})
    # By time of change where that is asked for: the order in which a shop that copies changes wants them.
    by_change = query.modified_after is not None or query.modified_before is not None
    rows = rows.order_by(modified, "pk") if by_change else rows.order_by("pk")
    start = query.start_at
    if query.after:
        place = Place.read(query.after)
        count = place.count
        found = list(place.rest(rows, modified, by_change=by_change)[: query.max_results + 1])
    else:
        count = rows.count()
        found = list(rows[start : start + query.max_results + 1]) if start < count else []
    is_last = len(found) <= query.max_results
    found = found[: query.max_results]
    following = None
    if not is_last:
        place = Place(count, found[-1].pk, getattr(found[-1], modified))
        following = _next(request, start + len(found), place)
    return {plural: list(show(found)), "count": count, "nextPageUrl": following}


def _next(request: HttpRequest, start_at: int, place: Place) -> str:
    parameters = request.GET.copy()
    parameters["startAt"] = str(start_at)
    parameters["after"] = str(place)
    return f"{request.build_absolute_uri(request.path)}?{parameters.urlencode()}"


def texts(row: Model, names: dict[str, str]) -> dict[str, str | None]:
    """Write attributes of a row under the names of V2."""
    return {name: written(getattr(row, attribute)) for name, attribute in names.items()}
