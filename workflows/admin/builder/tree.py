"""The steps of a draft as the builder shows them: nodes, branches and the places where a step may be inserted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.base import Problem
from actions.tracking.figures import Figures
from actions.tracking.words import say_figures
from workflows.drafts import Document, Place, ends_list, steps_aside
from workflows.exits import exits_of
from workflows.preview.recap import StepWords, describe_step

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Branch:
    """One list of steps: its name in the document and its nodes; `tail` is the place behind the last, if one may be."""

    name: str
    nodes: "list[Node]"
    tail: Place | None


@dataclass(frozen=True, slots=True)
class Node:
    """A step in the tree."""

    id: str
    type: str
    words: StepWords
    before: Place
    up: Place | None
    down: Place | None
    is_open: bool
    can_be_copied: bool
    problems: list[Problem] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    exits: "list[ExitBranch]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ExitBranch:
    """An exit of a block: its key, its name and what stands behind it."""

    key: str
    name: str
    branch: Branch


def tree_of(
    document: Document,
    *,
    open_id: str = "",
    problems: Sequence[Problem] = (),
    figures: Mapping[str, Figures] | None = None,
) -> Branch:
    """Return the main branch of a document, with all that hangs on it."""
    at: dict[str, list[Problem]] = {}
    for problem in problems:
        at.setdefault(problem.step_id, []).append(problem)

    def branch(name: str, rows: list[Row]) -> Branch:
        nodes = [node(row, Place(name, index)) for index, row in enumerate(rows)]
        closed = bool(rows) and ends_list(dict(rows[-1]))
        return Branch(name, nodes, None if closed else Place(name, len(rows)))

    def node(row: Row, place: Place) -> Node:
        up, down = steps_aside(document, row["id"])
        return Node(
            id=row["id"],
            type=row["type"],
            words=describe_step(row),
            before=place,
            up=up,
            down=down,
            is_open=row["id"] == open_id,
            can_be_copied=not ends_list(dict(row)),
            problems=at.get(row["id"], []),
            figures=say_figures(figures[row["id"]]) if figures and row["id"] in figures else [],
            exits=[
                ExitBranch(key, name, branch(f"{row['id']}.{key}", row.get(key, [])))
                for key, name in exits_of(row).items()
            ],
        )

    return branch("", document.get("steps", []))
