"""What goes to the renderer and what comes back, as plain values that both processes know."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self


@dataclass(frozen=True)
class Texts:
    """The parts of a message as a marketer wrote them; any may be empty.

    HTML that begins with `<mjml>` is MJML. Where there is HTML and no text, a text is made from the HTML.
    """

    subject: str = ""
    preheader: str = ""
    html: str = ""
    text: str = ""

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> Self:
        """Take what concerns the renderer from the parts of a content."""
        return cls(**{name: str(parts.get(name) or "") for name in ("subject", "preheader", "html", "text")})

    @cached_property
    def key(self) -> str:
        """Return the hash under which the child keeps the parsed form."""
        joined = "\0".join((self.subject, self.preheader, self.html, self.text))
        return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Job:
    """One message to render; `context` holds plain JSON values only.

    The language (`fr`, `fr_FR`) and the time zone are those in which dates, numbers and amounts are written.
    """

    texts: Texts
    context: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave: the subject is one line; `html` is empty where none was written."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a text: a code of `problems.MESSAGES`, its line (0: not known) and what stood there."""

    code: str
    line: int = 0
    detail: str = ""
    part: str = ""


class RenderFailed(Exception):
    """A message could not be rendered; returned, not raised, by `render_many`. Trying again gives the same."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code, problem.line, problem.detail)
        self.problem = problem

    @property
    def message(self) -> str:
        """Say in the active language what is wrong and where."""
        from actions.rendering.problems import describe  # the child process loads this module without Django

        return describe(self.problem)


@dataclass(frozen=True)
class Inspection:
    """What a text asks for and what is wrong with it."""

    variables: frozenset[str]
    problems: tuple[Problem, ...]
