"""Short ways to render for tests."""

from typing import Any

from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts


def text_of(text: str, /, *, language: str = "en", time_zone: str = "UTC", **context: Any) -> str:
    """Return a plain text rendered; fail where it cannot be."""
    return rendered(Texts(text=text), language=language, time_zone=time_zone, **context).text


def html_of(html: str, /, *, language: str = "en", preheader: str = "", **context: Any) -> str:
    """Return HTML rendered; fail where it cannot be."""
    return rendered(Texts(html=html, preheader=preheader), language=language, **context).html


def rendered(texts: Texts, /, *, language: str = "en", time_zone: str = "UTC", **context: Any) -> Rendered:
    """Return a message rendered; fail where it cannot be."""
    made = renderer().render(Job(texts, context, language, time_zone))
    assert isinstance(made, Rendered), made
    return made


def failure_of(texts: Texts, /, **context: Any) -> str:
    """Return the code of the problem that a message ends with."""
    made = renderer().render(Job(texts, context))
    assert isinstance(made, RenderFailed), made
    return made.problem.code
