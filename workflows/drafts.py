"""Edits of a draft: each takes a document and returns a new one; nothing is stored here.

A place says where a step may stand: the list ("" for the main one, "<step id>.<exit>" behind an exit) and the position.
"""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.errors import Refused
from workflows.exits import exits_of

Document = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A position in one of the lists of steps."""

    branch: str
    index: int

    def __str__(self) -> str:
        return f"{self.branch}:{self.index}"

    @classmethod
    def read(cls, written: str) -> "Place":
        """Read what `str` wrote; raises Refused for anything else."""
        branch, _colon, index = written.rpartition(":")
        if not index.isdecimal() or len(index) > 6:
            raise Refused(_("This place in the workflow does not exist."))
        return cls(branch, int(index))


def empty_document(name: str) -> Document:
    """Return the document of a workflow that was just created."""
    return {"name": name, "triggers": [], "settings": {}, "steps": []}


def new_id() -> str:
    """Return an id for a step; it stays with the step through all edits."""
    return uuid.uuid4().hex[:12]


def lists_of(document: Document) -> Iterator[tuple[str, list[Row]]]:
    """Iterate over all lists of steps with their names, the main one first."""
    pending: list[tuple[str, list[Row]]] = [("", document.setdefault("steps", []))]
    while pending:
        branch, rows = pending.pop(0)
        yield branch, rows
        for row in rows:
            pending += [(f"{row['id']}.{key}", row.setdefault(key, [])) for key in exits_of(row)]


def all_steps(document: Document) -> Iterator[Row]:
    """Iterate over all steps."""
    for _branch, rows in lists_of(document):
        yield from rows


def find(document: Document, step_id: str) -> tuple[Place, Row] | None:
    """Return where a step stands and the step itself, None if there is none with this id."""
    for branch, rows in lists_of(document):
        for index, row in enumerate(rows):
            if row["id"] == step_id:
                return Place(branch, index), row
    return None


def insert_step(document: Document, place: Place, step: Row, *, rest_to: str = "") -> Document:
    """Put a step at a place; what stood behind a block with exits goes to `rest_to`, else to the first of them."""
    changed = copy.deepcopy(document)
    rows = _list(changed, place.branch)
    index = min(place.index, len(rows))
    if index and ends_list(rows[index - 1]):
        raise Refused(_("Nothing can follow this step: put the new one into one of its exits."))
    exits = list(exits_of(step))
    step = {**step, **{key: step.get(key, []) for key in exits}}
    if exits and index < len(rows):
        key = rest_to if rest_to in exits else exits[0]
        step[key] = [*step[key], *rows[index:]]
        del rows[index:]
    elif ends_list(step) and index < len(rows):
        raise Refused(_("Steps follow here: an end can only stand at the end of a path."))
    rows.insert(index, step)
    return changed


def replace_step(document: Document, step: Row) -> Document:
    """Put a step in the place of the one with the same id; the steps behind its exits stay there.

    Raises Refused for an exit that is no more and has steps.
    """
    changed = copy.deepcopy(document)
    place, old = _found(changed, step["id"])
    kept = exits_of(step)
    for key, name in exits_of(old).items():
        if key not in kept and old.get(key):
            raise Refused(_("Steps stand behind “%(exit)s”: move them or remove them first.") % {"exit": name})
    exits = {key: old.get(key, []) for key in kept}
    _list(changed, place.branch)[place.index] = {**step, **exits}
    return changed


def remove_step(document: Document, step_id: str, *, keep: str = "") -> Document:
    """Take a step out; `keep` names the exit of a block whose steps stay in its place."""
    changed = copy.deepcopy(document)
    place, row = _found(changed, step_id)
    rows = _list(changed, place.branch)
    rows[place.index : place.index + 1] = row.get(keep, []) if keep in exits_of(row) else []
    return changed


def duplicate_step(document: Document, step_id: str) -> Document:
    """Put a copy of a step right behind it; a block with exits ends its list and cannot be copied."""
    place, row = _found(document, step_id)
    if ends_list(row):
        raise Refused(_("Nothing can follow this step, so it cannot be duplicated."))
    return insert_step(document, Place(place.branch, place.index + 1), {**copy.deepcopy(row), "id": new_id()})


def move_step(document: Document, step_id: str, place: Place) -> Document:
    """Take a step, with all that stands in its exits, to another place; positions count before it is taken out."""
    old, row = _found(document, step_id)
    if place.branch.partition(".")[0] in {inner["id"] for inner in all_steps({"steps": [row]})}:
        raise Refused(_("A step cannot be moved into itself."))
    if place.branch == old.branch and place.index > old.index:
        place = Place(place.branch, place.index - 1)
    return insert_step(remove_step(document, step_id), place, copy.deepcopy(row))


def places_for(document: Document, step_id: str) -> list[Place]:
    """List the places to which a step may be moved."""
    old, row = _found(document, step_id)
    inside = {inner["id"] for inner in all_steps({"steps": [row]})}
    found: list[Place] = []
    for branch, rows in lists_of(document):
        if branch.partition(".")[0] in inside:
            continue
        others = [other for other in rows if other["id"] != step_id]
        last = len(rows) - (1 if others and ends_list(others[-1]) and rows[-1] is others[-1] else 0)
        first = last if ends_list(row) else 0
        if ends_list(row) and others and ends_list(others[-1]):
            continue
        found += [Place(branch, index) for index in range(first, last + 1)]
    return [place for place in found if not (place.branch == old.branch and place.index in (old.index, old.index + 1))]


def open_place(document: Document) -> Place:
    """Return the end of the first list that may still grow; each block leaves two, unless ends close them all."""
    for branch, rows in lists_of(document):
        if not rows or not ends_list(rows[-1]):
            return Place(branch, len(rows))
    raise Refused(_("Every path of the workflow has its end: remove one first."))


def steps_aside(document: Document, step_id: str) -> tuple[Place | None, Place | None]:
    """Return where "up" and "down" take a step: past its neighbour, out of its branch, into a block's first exit."""
    old, row = _found(document, step_id)
    if ends_list(row):
        return None, None
    up: Place | None = Place(old.branch, old.index - 1)
    if old.index == 0:
        up = _found(document, old.branch.partition(".")[0])[0] if old.branch else None
    rows = _list(document, old.branch)
    if old.index + 1 >= len(rows):
        return up, None
    after = rows[old.index + 1]
    if inside := next(iter(exits_of(after)), ""):
        return up, Place(f"{after['id']}.{inside}", 0)
    return up, None if ends_list(after) else Place(old.branch, old.index + 2)


def ends_list(row: Row) -> bool:
    """Tell whether nothing may follow a step in its list."""
    from workflows.control.base import control_types

    control = control_types.get(row["kind"]) if row["type"] == "control" else None
    return bool(control and control.is_end) or bool(exits_of(row))


def _found(document: Document, step_id: str) -> tuple[Place, Row]:
    found = find(document, step_id)
    if found is None:
        raise Refused(_("This step is not there any more."))
    return found


def _list(document: Document, branch: str) -> list[Row]:
    for name, rows in lists_of(document):
        if name == branch:
            return rows
    raise Refused(_("This place in the workflow does not exist."))
