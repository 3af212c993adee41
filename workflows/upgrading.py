"""Configs written with an older schema of their type, brought to the present one wherever they are read."""

from collections.abc import Mapping
from typing import Any

from actions.base import action_types
from crm.conditions.base import condition_types
from crm.registry import Registry, upgraded
from triggers.base import trigger_types
from workflows.control.base import control_types
from workflows.exits import lists_in

Row = Mapping[str, Any]


def upgraded_document(document: Row) -> dict[str, Any]:
    """Return a stored definition with every config as its type reads it now; kinds that are gone stay as they are."""
    triggers = [_row(trigger_types, row, "options") for row in document.get("triggers", [])]
    return {**document, "triggers": triggers, "steps": [_step(row) for row in document.get("steps", [])]}


def _step(row: Row) -> dict[str, Any]:
    if row["type"] == "condition":
        made = {**row, "conditions": [_row(condition_types, item, "config") for item in row["conditions"]]}
    else:
        made = _row(control_types if row["type"] == "control" else action_types, row, "config")
    return {**made, **{key: [_step(inner) for inner in rows] for key, rows in lists_in(made).items()}}


def _row(registry: Registry[Any], row: Row, key: str) -> dict[str, Any]:
    cls = registry.get(row["kind"])
    return {**row, key: upgraded(cls, row, key), "schema": cls.schema} if cls else dict(row)
