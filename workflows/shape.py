"""The shape of a document that comes from outside: every key and nesting that the rest of the code relies on."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Problem
from workflows.exits import lists_in

STEP_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
MAX_DEPTH = 20
MAX_STEPS = 300
MAX_CONDITIONS = 20
#: no site allows as many; more are not even looked at
MAX_TRIGGERS = 50
TYPES = ("action", "condition", "control")


def shape_problems(document: Any) -> Iterator[Problem]:
    """List where a document is not built as `definition.py` says; with none, it can be walked without care."""
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        yield _wrong(_("This is no workflow: a name, triggers, settings and steps are expected."))
        return
    if not isinstance(document.get("settings", {}), dict):
        yield _wrong(_("The settings are not readable."))
    triggers = document.get("triggers", [])
    if (
        not _is_list_of_dicts(triggers)
        or len(triggers) > MAX_TRIGGERS
        or not all(_is_configured(row, "options") for row in triggers)
    ):
        yield _wrong(_("The triggers are not readable."))
    seen: set[str] = set()
    for row, depth in _rows(document.get("steps", []), 1):
        if row is None or depth > MAX_DEPTH:
            yield _wrong(_("The steps are not readable, or branch more than %(depth)d times.") % {"depth": MAX_DEPTH})
            return
        if not _is_step(row):
            yield _wrong(_("A step is not readable."))
        elif row["id"] in seen:
            yield _wrong(_("Two steps have the same id."), row["id"])
        else:
            seen.add(row["id"])
        if len(seen) > MAX_STEPS:
            yield _wrong(_("A workflow has at most %(count)d steps.") % {"count": MAX_STEPS})
            return


def _rows(rows: Any, depth: int) -> Iterator[tuple[dict[str, Any] | None, int]]:
    if not _is_list_of_dicts(rows):
        yield None, depth
        return
    for row in rows:
        yield row, depth
        if depth <= MAX_DEPTH and _is_step(row):
            for inner in lists_in(row).values():
                yield from _rows(inner, depth + 1)


def _is_step(row: dict[str, Any]) -> bool:
    step_id = row.get("id")
    if not isinstance(step_id, str) or not STEP_ID.fullmatch(step_id):
        return False
    if row.get("type") == "condition":
        items = row.get("conditions")
        return (
            row.get("mode", "all") in ("all", "any")
            and _is_list_of_dicts(items)
            and len(items or []) <= MAX_CONDITIONS
            and all(_is_configured(item) for item in items or [])
        )
    return row.get("type") in TYPES and _is_configured(row)


def _is_configured(row: dict[str, Any], key: str = "config") -> bool:
    return isinstance(row.get("kind"), str) and isinstance(row.get(key, {}), dict) and type(row.get("schema", 1)) is int


def _is_list_of_dicts(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _wrong(message: str, step_id: str = "") -> Problem:
    return Problem(message, step_id=step_id, code="shape")
