"""What went wrong, as a code, a line and a detail."""

from liquid.exceptions import (
    BlockNestingError,
    ContextDepthError,
    LiquidError,
    LiquidSyntaxError,
    LoopIterationLimitError,
    ResourceLimitError,
    UnknownFilterError,
)

from actions.rendering.child.compiled import PartError, TooLong
from actions.rendering.child.finishing import BadMarkup
from actions.rendering.texts import Problem

#: The first that fits counts.
_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (TooLong, "too_long"),
    (BadMarkup, "markup"),
    (LoopIterationLimitError, "too_many_loops"),
    (BlockNestingError, "too_deep"),
    (ContextDepthError, "too_deep"),
    (RecursionError, "too_deep"),
    (ResourceLimitError, "too_large"),
    (UnknownFilterError, "unknown_filter"),
    (LiquidSyntaxError, "syntax"),
    (LiquidError, "filter"),
)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception of compiling or rendering stands for."""
    part = error.part if isinstance(error, PartError) else ""
    cause = error.__cause__ if isinstance(error, PartError) and error.__cause__ else error
    code = next((code for kind, code in _CODES if isinstance(cause, kind)), "failed")
    if type(cause) is LiquidError:  # the parser wraps what it did not expect
        code = "too_deep" if isinstance(cause.__cause__, RecursionError) else "syntax"
    line = line_of(cause) if isinstance(cause, LiquidError) else 0
    return Problem(code, line, message_of(cause), part)


def message_of(error: BaseException) -> str:
    """Return what an error says, in one short line."""
    said = str(error.message) if isinstance(error, LiquidError) else str(error) or type(error).__name__
    return " ".join(said.split())[:300]


def line_of(error: LiquidError) -> int:
    """Return the line at which a text is wrong, 0 where the library does not know."""
    token = error.token
    if token is None or token.start_index < 0:
        return 0
    return token.source.count("\n", 0, token.start_index) + 1
