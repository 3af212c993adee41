"""Participations as CSV, each answer in a column of its own."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from crm.hosted.content import PageContent
from crm.imports.guarding import guarded
from crm.imports.writing import Line
from crm.models import Module, Participation

_AT_ONCE = 500
#: columns for answers at most; what an API sent beyond them is in the last column
_MOST = 200
_HEAD = ("email", "external_id", "module", "started", "completed", "complete", "winner", "origin")


def write_participations(rows: "QuerySet[Participation]") -> Iterator[str]:
    """Yield the lines of a CSV file; the questions of the modules' pages come first, in the order of the page."""
    questions = _questions(rows)
    columns, rest = questions[:_MOST], questions[_MOST:]
    writer: Any = csv.writer(Line(), delimiter=";")
    head = [*_HEAD, *(guarded(question) for question in columns), *(["…"] if rest else [])]
    yield "\ufeff" + writer.writerow(head)
    for row in rows.order_by("pk").select_related("profile", "module").iterator(chunk_size=_AT_ONCE):
        answers = row.answers if isinstance(row.answers, dict) else {}
        left = {question: answers[question] for question in rest if question in answers}
        yield writer.writerow(
            [
                guarded(row.profile.email),
                guarded(row.profile.external_id or ""),
                guarded(row.module.name),
                row.created_at.isoformat(),
                row.completed_at.isoformat() if row.completed_at else "",
                "1" if row.is_complete else "0",
                "1" if row.is_winner else "0",
                row.origin,
                *(guarded(_written(answers.get(question))) for question in columns),
                *([guarded(_written(left or None))] if rest else []),
            ]
        )


def _questions(rows: "QuerySet[Participation]") -> list[str]:
    """Return what was asked: on the pages, then whatever else was answered."""
    found: dict[str, None] = {}
    for module in Module.objects.filter(pk__in=rows.order_by().values("module")).order_by("pk"):
        found |= dict.fromkeys(PageContent.of(module).questions)
    for answers in rows.order_by("pk").values_list("answers", flat=True).iterator(chunk_size=_AT_ONCE):
        found |= dict.fromkeys(answers if isinstance(answers, dict) else ())
    return list(found)


def _written(answer: Any) -> str:
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return "1" if answer else "0"
    return json.dumps(answer, ensure_ascii=False) if isinstance(answer, dict | list) else str(answer)
