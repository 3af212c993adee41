"""Liquid inside HTML: hidden behind markers while HTML tools work on it, put back afterwards."""

import re
from dataclasses import dataclass

_LIQUID = re.compile(
    r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{%-?\s*comment\b.*?\{%-?\s*endcomment\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}",
    re.DOTALL,
)
#: Places in which a comment is no comment.
_OPAQUE = re.compile(
    r"<!--.*?-->|<(style|script|title|textarea|mj-style|mj-title|mj-preview|mj-attributes)\b.*?</\1\s*>|<[A-Za-z/!][^>]*>",
    re.DOTALL | re.IGNORECASE,
)


class Unfinishable(Exception):
    """HTML tools lost or moved a tag: the text must be rendered first and finished afterwards."""


@dataclass(frozen=True)
class Hidden:
    """HTML with its Liquid tags behind markers."""

    html: str
    tags: list[str]
    marker: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Find a marker, in the comment or as the attribute that it may have become."""
        found = rf"{self.marker}(\d+)x"
        return re.compile(rf"<!--{found}-->|{found}(?:=\"\")?")

    def restore(self, html: str) -> str:
        """Put the tags back; raise Unfinishable where one is missing or blocks stand in another order."""
        order: list[int] = []

        def tag(match: re.Match[str]) -> str:
            order.append(int(match[1] or match[2]))
            return self.tags[order[-1]]

        restored = self.pattern.sub(tag, html)
        if set(order) != set(range(len(self.tags))):
            raise Unfinishable
        blocks = [index for index in order if self.tags[index].startswith("{%")]
        if blocks != sorted(set(blocks)):
            raise Unfinishable
        return restored

    def restore_text(self, text: str) -> str:
        """Put the tags back into a text made from the HTML."""
        return self.pattern.sub(lambda match: self.tags[int(match[1] or match[2])], text)


def hide(html: str) -> Hidden:
    """Put a marker in the place of each Liquid tag.

    A block tag between elements becomes a comment, which may stand anywhere, even between the rows of a table.
    Raise Unfinishable where a style sheet holds tags: its rules are not known before it is rendered.
    """
    marker = "lqd"
    while marker in html.lower():
        marker += "q"
    tags: list[str] = []

    def mark(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"{marker}{len(tags) - 1}x"

    marked = _LIQUID.sub(mark, html)
    block = re.compile(rf"{marker}(\d+)x")

    def as_comments(part: str) -> str:
        return block.sub(lambda m: f"<!--{m[0]}-->" if tags[int(m[1])].startswith("{%") else m[0], part)

    pieces, position = [], 0
    for opaque in _OPAQUE.finditer(marked):
        if (opaque[1] or "").lower() in ("style", "mj-style") and marker in opaque[0]:
            raise Unfinishable
        pieces += [as_comments(marked[position : opaque.start()]), opaque[0]]
        position = opaque.end()
    pieces.append(as_comments(marked[position:]))
    return Hidden("".join(pieces), tags, marker)
