"""Exits: what leaves a block in several directions. One way to ask for them, whatever the type of the block.

The steps behind an exit stand in the row of the block under the key of the exit ("yes", "no"; "a" to "e" of a split).
Exits never join again, so a block that has some is always the last of its list.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

Row = Mapping[str, Any]
YES, NO = "yes", "no"
#: every key that an exit may have: stored for ever, and never the name of anything else in a row
KEYS = (YES, NO, "a", "b", "c", "d", "e")


def yes_and_no() -> dict[str, str]:
    """Return the exits of a block that decides, with their names in the current language."""
    return {YES: _("Yes"), NO: _("No")}


def exits_of(row: Row) -> dict[str, str]:
    """Return the exits of a step in their order, key → name in the current language; empty for a step without."""
    from workflows.control.base import control_types

    if row["type"] == "condition":
        return yes_and_no()
    control = control_types.get(row["kind"]) if row["type"] == "control" else None
    return dict(control(row.get("config", {})).exits()) if control else {}


def lists_in(row: Row) -> dict[str, list[dict[str, Any]]]:
    """Return the steps behind each exit of a step."""
    return {key: row.get(key, []) for key in exits_of(row)}
