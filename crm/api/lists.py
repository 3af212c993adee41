"""Lists as V2 answers them: startAt, maxResults, four time filters, and the address of the next page."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field

from crm.api.values import Instant, written

M = TypeVar("M", bound=Model)

MOST_RESULTS = 500


class ListQuery(BaseModel):
    """What every list takes; `createBefore` is spelt as SPREAD spells it."""

    model_config = ConfigDict(extra="ignore")

    start_at: int = Field(0, ge=0, le=2**31 - 1, alias="startAt", description="How many to pass over.")
    max_results: int = Field(10, ge=1, le=MOST_RESULTS, alias="maxResults")
    created_after: Instant | None = Field(None, alias="createdAfter")
    created_before: Instant | None = Field(None, alias="createBefore")
    modified_after: Instant | None = Field(None, alias="modifiedAfter")
    modified_before: Instant | None = Field(None, alias="modifiedBefore")


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
    count = rows.count()
    # By time of change where that is asked for: the order in which a shop that copies changes wants them.
    by_change = query.modified_after is not None or query.modified_before is not None
    rows = rows.order_by(modified, "pk") if by_change else rows.order_by("pk")
    end = query.start_at + query.max_results
    found = list(rows[query.start_at : end]) if query.start_at < count else []
    return {plural: list(show(found)), "count": count, "nextPageUrl": _next(request, end) if end < count else None}


def _next(request: HttpRequest, start_at: int) -> str:
    parameters = request.GET.copy()
    parameters["startAt"] = str(start_at)
    return f"{request.build_absolute_uri(request.path)}?{parameters.urlencode()}"


def texts(row: Model, names: dict[str, str]) -> dict[str, str | None]:
    """Write attributes of a row under the names of V2."""
    return {name: written(getattr(row, attribute)) for name, attribute in names.items()}
