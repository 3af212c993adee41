"""Say what is wrong with a text, and what to do, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.rendering.renderer import renderer
from actions.rendering.texts import Problem

#: Code → sentence; `detail` is what stood in the text, `name` the block it belongs to.
MESSAGES = {
    "syntax": gettext_lazy("“%(detail)s” cannot be read. Check the spelling, the quotes and the braces."),
    "unclosed_tag": gettext_lazy("“%(detail)s” is never closed. Add }} or %%} where the tag ends."),
    "unclosed_block": gettext_lazy("{%% %(detail)s %%} is never closed. Add {%% end%(detail)s %%} where it ends."),
    "closes_nothing": gettext_lazy("{%% %(detail)s %%} closes nothing. Remove it, or add the tag that it belongs to."),
    "unknown_tag": gettext_lazy("There is no tag {%% %(detail)s %%}. Check its spelling."),
    "unknown_filter": gettext_lazy("There is no filter “%(detail)s”. Check its spelling, or remove it."),
    "filter_arguments": gettext_lazy("“%(detail)s”: the filter needs other values behind its colon."),
    "filter": gettext_lazy("A filter cannot work with the value it was given (%(detail)s)."),
    "markup": gettext_lazy("The MJML cannot be read (%(detail)s). Check that every element is closed."),
    "too_long": gettext_lazy("The text is longer than 1,000,000 characters. Shorten it."),
    "too_large": gettext_lazy("The message, or a value in it, becomes too large (%(detail)s)."),
    "too_deep": gettext_lazy("Blocks stand too deep inside one another. Use fewer of them."),
    "too_many_loops": gettext_lazy("A loop runs more than 10,000 times. Add a limit to it."),
    "time": gettext_lazy("The text takes too long to render. Remove loops, or filters inside them."),
    "late": gettext_lazy("The text could not be rendered in time. Remove loops, or filters inside them."),
    "memory": gettext_lazy("The text needs too much memory to render. Remove loops, or filters inside them."),
    "died": gettext_lazy("The text could not be rendered: the process that renders it ended twice."),
    "failed": gettext_lazy("The text could not be rendered (%(detail)s)."),
}


def describe(problem: Problem) -> str:
    """Return one sentence or two in the active language, the line first where it is known."""
    sentence = str(MESSAGES[problem.code]) % {"detail": problem.detail}
    if not problem.line:
        return sentence
    return _("Line %(line)d: %(sentence)s") % {"line": problem.line, "sentence": sentence}


def problems(text: str, *, is_html: bool = False) -> list[str]:
    """Return all that is wrong with a text, in the order of its lines; empty when it can be rendered.

    With `is_html`, MJML and styles are checked as well.
    """
    return [describe(problem) for problem in renderer().inspect(text, is_html=is_html).problems]


def variables(text: str) -> set[str]:
    """Return the paths that a text reads from its context (`profile.first_name`), to warn of those nobody sets.

    Empty where the text has a syntax error.
    """
    return set(renderer().inspect(text).variables)
