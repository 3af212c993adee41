"""Import a text as a file."""

import io

from crm.models import Import
from crm.services.imports import check, run, upload, work_on
from tests.factories.causes import BY_HAND


def uploaded(text: str, *, encoding: str = "utf-8") -> Import:
    return upload(io.BytesIO(text.encode(encoding)), name="people.csv", cause=BY_HAND)


def checked(text: str, *, date_order: str = "ymd", deletes_empty: bool = False) -> Import:
    """Upload and check, the columns as their names suggest."""
    source = uploaded(text)
    check(source, mapping=source.mapping, date_order=date_order, deletes_empty=deletes_empty)
    assert work_on(source, for_seconds=300)
    source.refresh_from_db()
    return source


def imported(text: str, *, starts: bool = False, date_order: str = "ymd", deletes_empty: bool = False) -> Import:
    source = checked(text, date_order=date_order, deletes_empty=deletes_empty)
    run(source, starts_workflows=starts)
    assert work_on(source, for_seconds=300)
    source.refresh_from_db()
    return source


def figures(source: Import) -> tuple[int, int, int, int]:
    return source.created, source.updated, source.unchanged, source.refused


def why(source: Import) -> list[str]:
    return [reason for chunk in source.chunks.order_by("number") for _word, reason, *_at in chunk.outcomes if reason]
