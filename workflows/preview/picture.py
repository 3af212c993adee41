"""The parts of the picture of a flow, with all that its template needs to draw them. Lengths are SVG units."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A step or trigger: where it stands, what it says, where it leads."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    label: str
    lines: tuple[str, ...] = ()
    title: str = ""
    url: str = ""
    state: str = ""

    @property
    def middle(self) -> float:
        """The horizontal middle."""
        return self.x + self.width / 2

    @property
    def text_x(self) -> float:
        """Where its words begin."""
        return self.x + 16

    @property
    def text_y(self) -> float:
        """The line on which its label stands."""
        return self.y + (self.height / 2 + 4 if self.kind == "end" else 20)

    @property
    def text_lines(self) -> list[tuple[float, str]]:
        """Its words, each line with where it stands."""
        return [(self.y + 38 + 16 * at, line) for at, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from one box to the next, with the exit it stands for."""

    path: str
    is_taken: bool
    label: str = ""
    x: float = 0
    y: float = 0

    @property
    def label_x(self) -> float:
        """Where the ground of its label begins."""
        return self.x - self.label_width / 2

    @property
    def label_width(self) -> float:
        """How wide that ground is."""
        return max(40, 7 * len(self.label) + 14)

    @property
    def label_y(self) -> float:
        """The top of that ground."""
        return self.y + 1

    @property
    def text_y(self) -> float:
        """The line on which the label stands."""
        return self.y + 14


@dataclass(slots=True)
class Flow:
    """The whole picture."""

    width: float = 0
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
