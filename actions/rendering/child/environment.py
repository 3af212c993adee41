"""The two Liquid environments: for HTML, where values are escaped, and for plain text."""

from io import StringIO
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.exceptions import OutputStreamLimitError
from liquid.output import LimitedStringIO
from liquid.undefined import UNDEFINED

from actions.rendering.child import localised, semantics
from actions.rendering.child.filters import bounded, restrict

semantics.install()


class Characters(LimitedStringIO):
    """Output that counts characters; the library's encodes every piece to count bytes."""

    def write(self, piece: str) -> int:
        """Add a piece, within the limit."""
        self.size += len(piece)
        if self.size > self.limit:
            raise OutputStreamLimitError("output stream limit reached", token=None)
        return StringIO.write(self, piece)


class PlainContext(RenderContext):
    """A context over plain dictionaries, with a short way to the values most asked for."""

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """Resolve a path; what is not a key of a dictionary is left to the library."""
        root = path[0]
        if self.loops or root in self.locals or root not in self.globals:
            return super().get(path, token=token, default=default)
        found: Any = self.globals
        for segment in path:
            if found.__class__ is not dict or segment.__class__ is not str or segment not in found:
                return super().get(path, token=token, default=default)
            found = found[segment]
        return found


class LimitedTemplate(BoundTemplate):
    """A parsed text."""

    context_class = PlainContext

    def render_plain(self, values: dict[str, Any]) -> str:
        """Render with these values and no other."""
        buffer = Characters(LimitedEnvironment.output_stream_limit)
        self.render_with_context(PlainContext(self, globals=values), buffer)
        return buffer.getvalue()


class LimitedEnvironment(Environment):
    """Liquid over plain values, without loaders, within limits."""

    template_class = LimitedTemplate
    block_nesting_limit = 30
    context_depth_limit = 30
    loop_iteration_limit = 10_000
    local_namespace_limit = 2_000_000
    output_stream_limit = 1_000_000
    shorthand_indexes = True
    logical_not_operator = True
    logical_parentheses = True

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Offer the standard tags and filters, without those that load, decode or trust."""
        super().setup_tags_and_filters(extra=extra)
        for name in ("include", "render"):
            self.tags.pop(name, None)
        restrict(self.filters)
        for name in ("date", "number", "money"):
            self.add_filter(name, bounded(name, getattr(localised, f"{name}_filter")))


HTML = LimitedEnvironment(autoescape=True)
TEXT = LimitedEnvironment(autoescape=False)


def parse(environment: Environment, source: str) -> LimitedTemplate:
    """Parse Liquid."""
    template = environment.from_string(source)
    assert isinstance(template, LimitedTemplate)
    return template
