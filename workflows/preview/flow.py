"""The flow of a workflow as a picture: a tree laid out in lanes, drawn by a template as SVG.

Lengths are SVG units. Each exit of a block has a lane of its own, also an empty one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflows.drafts import ends_list
from workflows.exits import exits_of, lists_in
from workflows.preview.picture import Box, Edge, Flow
from workflows.preview.recap import StepWords, describe_step, describe_trigger

Row = Mapping[str, Any]
BOX_WIDTH, BOX_HEIGHT = 236, 66
LANE_GAP, ROW_GAP = 28, 44
PILL_WIDTH, PILL_HEIGHT = 84, 28
MARGIN = 16
LINE_LENGTH = 34
LABEL_LENGTH = 28


@dataclass(slots=True)
class _Drawing:
    flow: Flow
    link: Callable[[str], str]
    #: step id → what happened there; None: nothing is highlighted
    states: Mapping[str, str]
    is_over: bool

    def branch(self, rows: list[Row], middle: float, top: float, came_from: float, label: str, is_taken: bool) -> None:
        """Draw a list of steps from its top down, with the line that leads to it."""
        y, exit_x, exit_y, taken = top, came_from, top - ROW_GAP, is_taken
        for row in rows:
            state = self.states.get(row["id"], "")
            taken = taken and bool(state)
            self._edge(exit_x, exit_y, middle, y, label, taken)
            self._box(row["type"], describe_step(row), middle, y, self.link(row["id"]), state)
            exit_x, exit_y, label = middle, y + BOX_HEIGHT, ""
            y = exit_y + ROW_GAP
            if exits := exits_of(row):
                self._exits(exits, row, middle, y, state)
                return
        if rows and ends_list(dict(rows[-1])):
            return
        ends_here = is_taken and self.is_over and (not rows or (taken and self._is_last(rows[-1])))
        self._edge(exit_x, exit_y, middle, y, label, ends_here)
        self._pill(middle, y, ends_here)

    def _exits(self, exits: Mapping[str, str], row: Row, middle: float, y: float, state: str) -> None:
        left = middle - _lanes_of(row) / 2
        for key, name in exits.items():
            rows = row.get(key, [])
            width = width_of(rows)
            self.branch(rows, left + width / 2, y, middle, name, state == key)
            left += width + LANE_GAP

    def _is_last(self, row: Row) -> bool:
        return self.states.get(row["id"], "") not in ("", "stopped", "here")

    def _box(self, kind: str, words: StepWords, middle: float, y: float, url: str, state: str) -> None:
        said = f"{words.words} ({words.delay})" if words.delay else words.words
        x = middle - BOX_WIDTH / 2
        label = words.label
        self.flow.boxes.append(Box(kind, x, y, BOX_WIDTH, BOX_HEIGHT, label, wrapped(said), said, url, state))
        self._grow(y + BOX_HEIGHT)

    def _pill(self, middle: float, y: float, is_taken: bool) -> None:
        state = "done" if is_taken else ""
        box = Box("end", middle - PILL_WIDTH / 2, y, PILL_WIDTH, PILL_HEIGHT, _("End"), state=state)
        self.flow.boxes.append(box)
        self._grow(y + PILL_HEIGHT)

    def _edge(self, x: float, y: float, to_x: float, to_y: float, label: str, is_taken: bool) -> None:
        bend = y + ROW_GAP / 2
        path = f"M{x:g} {y:g}V{to_y:g}" if x == to_x else f"M{x:g} {y:g}V{bend:g}H{to_x:g}V{to_y:g}"
        self.flow.edges.append(Edge(path, is_taken, _cut(label), to_x, bend))

    def _grow(self, bottom: float) -> None:
        self.flow.height = max(self.flow.height, bottom + MARGIN)


def flow_of(
    document: Row,
    *,
    link: Callable[[str], str] = lambda _step_id: "",
    states: Mapping[str, str] | None = None,
    is_over: bool = False,
    trigger: int | None = None,
) -> Flow:
    """Lay out a document; `states` (step id → outcome) highlights the path that a run took, `trigger` its start."""
    rows, triggers = document.get("steps", []), document.get("triggers", [])
    needed = max(width_of(rows), len(triggers) * (BOX_WIDTH + LANE_GAP) - LANE_GAP)
    flow = Flow(width=needed + 2 * MARGIN)
    drawing = _Drawing(flow, link, states or {}, is_over)
    middle = flow.width / 2
    left = middle - (len(triggers) * (BOX_WIDTH + LANE_GAP) - LANE_GAP) / 2
    bottom = MARGIN + BOX_HEIGHT if triggers else MARGIN
    for at, row in enumerate(triggers):
        said = describe_trigger(row)
        started = states is not None and at == trigger
        x = left + at * (BOX_WIDTH + LANE_GAP)
        state = "started" if started else ""
        flow.boxes.append(
            Box("trigger", x, MARGIN, BOX_WIDTH, BOX_HEIGHT, _("Trigger"), wrapped(said), said, "", state)
        )
        joint = bottom + ROW_GAP / 2
        if len(triggers) > 1:
            flow.edges.append(Edge(f"M{x + BOX_WIDTH / 2:g} {bottom:g}V{joint:g}H{middle:g}", started))
    drawing.branch(rows, middle, bottom + ROW_GAP, middle, "", states is not None)
    if len(triggers) > 1:
        _start_at_joint(flow, middle, bottom)
    flow.edges.sort(key=lambda edge: edge.is_taken)  # the path taken is drawn over the others
    return flow


def width_of(rows: Sequence[Row]) -> float:
    """Return how wide a list of steps is with all that hangs on it."""
    return max(BOX_WIDTH, _lanes_of(rows[-1])) if rows else BOX_WIDTH


def _lanes_of(row: Row) -> float:
    """Return how wide the lanes of all exits of a step are, side by side; nothing for a step without."""
    widths = [width_of(behind) for behind in lists_in(row).values()]
    return sum(widths) + LANE_GAP * max(len(widths) - 1, 0)


def _cut(label: str) -> str:
    """Shorten the name of an exit to what its lane has room for."""
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"


def wrapped(words: str, lines: int = 2) -> tuple[str, ...]:
    """Break a sentence into so many lines, cut with an ellipsis."""
    made: list[str] = []
    rest = words.strip()
    while rest and len(made) < lines:
        if len(rest) <= LINE_LENGTH:
            made.append(rest)
            return tuple(made)
        cut = rest.rfind(" ", 0, LINE_LENGTH + 1)
        cut = cut if cut > LINE_LENGTH // 2 else LINE_LENGTH
        made.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        made[-1] = made[-1][: LINE_LENGTH - 1].rstrip() + "…"
    return tuple(made)


def _start_at_joint(flow: Flow, middle: float, bottom: float) -> None:
    """Let the main line begin where the lines of several triggers meet."""
    for at, edge in enumerate(flow.edges):
        if edge.path.startswith(f"M{middle:g} {bottom:g}V"):
            path = edge.path.replace(f"M{middle:g} {bottom:g}V", f"M{middle:g} {bottom + ROW_GAP / 2:g}V", 1)
            flow.edges[at] = Edge(path, edge.is_taken, edge.label, edge.x, edge.y)
            return
