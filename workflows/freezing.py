"""What is previewed is what is activated: the definition, templates and segments within, and its hash."""

from collections.abc import Mapping
from typing import Any

from actions.base import action_types
from actions.models.content import digest_of
from crm.conditions.base import condition_types
from workflows.exits import lists_in
from workflows.validation import clean_document


def freeze(document: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the definition as a version holds it and the SHA-256 that stands for all of it.

    Raises crm.errors.Invalid when a form refuses a part of the document.
    """
    return freeze_cleaned(clean_document(document))


def freeze_cleaned(cleaned: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Do the same with a document that the forms have cleaned."""
    frozen = {**cleaned, "steps": _frozen(cleaned["steps"])}
    return frozen, digest_of(frozen)


def _frozen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_frozen_step(row) for row in rows]


def _frozen_step(row: dict[str, Any]) -> dict[str, Any]:
    if row["type"] == "condition":
        asked = [
            {**item, "config": condition_types[item["kind"]](item["config"]).freeze()} for item in row["conditions"]
        ]
        row = {**row, "conditions": asked}
    if row["type"] == "action":
        return {**row, "config": action_types[row["kind"]](row["config"]).freeze()}
    return {**row, **{key: _frozen(rows) for key, rows in lists_in(row).items()}}
