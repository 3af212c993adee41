"""A message parsed once and rendered many times."""

import re
from collections.abc import Callable
from typing import Any

from actions.rendering.child.environment import HTML, TEXT, LimitedEnvironment, LimitedTemplate, parse
from actions.rendering.child.finishing import escape_around_tags, finish, insert_preheader
from actions.rendering.child.localised import reader
from actions.rendering.child.markup import Unfinishable, hide
from actions.rendering.child.plain_text import join_tags, tidy, to_text
from actions.rendering.merge_tags import normalise
from actions.rendering.texts import Rendered, Texts

LONGEST_SOURCE = 1_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TooLong(Exception):
    """A text is longer than any mail program would show."""


class PartError(Exception):
    """An error of one part of a message; `__cause__` is the error itself."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Compiled:
    """The parsed parts of a message.

    HTML is finished before it is parsed, so that this is paid once. Where tags stand in a place that HTML tools do not
    understand (inside a style sheet), each rendered message is finished instead.
    """

    def __init__(self, texts: Texts) -> None:
        self.is_late = False
        self.has_made_text = bool(texts.html) and not texts.text.strip()
        self.subject = _parse("subject", TEXT, texts.subject)
        self.preheader = _parse("preheader", HTML, escape_around_tags(_normalised("preheader", texts.preheader)))
        self.html: LimitedTemplate | None = None
        text = _normalised("text", texts.text)
        if texts.html:
            html, made = self._finished(_normalised("html", texts.html))
            self.html = _parse("html", HTML, html, is_liquid=True)
            text = made if self.has_made_text else text
        self.text = _parse("text", TEXT, text, is_liquid=True)

    def render(self, context: dict[str, Any], language: str, time_zone: str) -> Rendered:
        """Render for one reader; raise PartError from whatever goes wrong.

        Control characters are taken out of the texts when they are parsed; those of the context are the caller's.
        """
        token = reader.set((language, time_zone))
        try:
            subject = " ".join(_render("subject", self.subject, context).split())
            html = text = ""
            if self.html is not None:
                html = _render("html", self.html, context)
                preheader = _render("preheader", self.preheader, context) if self.preheader.nodes else ""
                if self.is_late:
                    html = _guarded("html", lambda: finish(html, preheader))
                elif preheader:
                    html = insert_preheader(html, preheader)
            if self.has_made_text and self.is_late:
                text = to_text(html)
            else:
                text = _render("text", self.text, context)
                if self.has_made_text:
                    text = tidy(text) if "\n\n\n" in text else text.strip()
        finally:
            reader.reset(token)
        return Rendered(subject, html, text)

    def _finished(self, html: str) -> tuple[str, str]:
        """Return the Liquid of the finished HTML and that of the text made from it."""
        try:
            hidden = hide(html)
            finished = _guarded("html", lambda: finish(hidden.html))
            liquid = hidden.restore(finished)
        except (Unfinishable, PartError):
            self.is_late = True
            return html, ""
        made = to_text(finished, keep_comment=hidden.marker) if self.has_made_text else ""
        return liquid, join_tags(hidden.restore_text(made))


def without_control_characters(text: str) -> str:
    """Return a text that any mail or SMS may hold: tabs and ends of lines are the only control characters."""
    return _CONTROL.sub("", text)


def _normalised(part: str, text: str) -> str:
    if len(text) > LONGEST_SOURCE:
        raise PartError(part) from TooLong()
    return normalise(without_control_characters(text))


def _parse(part: str, environment: LimitedEnvironment, text: str, *, is_liquid: bool = False) -> LimitedTemplate:
    source = text if is_liquid else _normalised(part, text)
    return _guarded(part, lambda: parse(environment, source))


def _render(part: str, template: LimitedTemplate, context: dict[str, Any]) -> str:
    try:
        return template.render_plain(context)
    except MemoryError:
        raise
    except Exception as error:
        raise PartError(part) from error


def _guarded(part: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except MemoryError:
        raise
    except Exception as error:
        raise PartError(part) from error
