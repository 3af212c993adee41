"""The text of a mail, made from its HTML."""

import re
from html.parser import HTMLParser

_BREAKING = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"}
    | {"form", "header", "li", "main", "nav", "ol", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol", "blockquote", "hr"})
_SILENT = frozenset({"head", "style", "script", "title", "noscript", "template"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_WHITE = re.compile(r"[ \t\r\n\f]+")


def to_text(html: str, keep_comment: str = "") -> str:
    """Return the words of a mail, links behind their words, lists with dashes.

    Comments that begin with `keep_comment` are kept as they are: markers stand for tags.
    """
    reader = _Reader(keep_comment)
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.pieces))


def join_tags(liquid: str) -> str:
    """Take the lines away that only hold a block tag, so that a block that prints nothing leaves no gap."""
    return re.sub(r"(?m)^(\{%[^\n]*?%\})\s*", r"\1", liquid)


def tidy(text: str) -> str:
    """Take away spaces at the ends of lines and all but one empty line in a row."""
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class _Reader(HTMLParser):
    def __init__(self, keep_comment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.keep_comment = keep_comment
        self.pieces: list[str] = []
        self.silent: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self.silent or tag in _SILENT or _is_hidden(values):
            if tag not in _VOID:
                self.silent.append(tag)
            return
        if tag == "br":
            self.pieces.append("\n")
        elif tag == "hr":
            self.pieces.append("\n\n---\n\n")
        elif tag == "img":
            self._say(values.get("alt", ""))
        elif tag == "a":
            self.links.append((values.get("href", ""), len(self.pieces)))
        self._break(tag)
        if tag == "li":
            self.pieces.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                del self.silent[len(self.silent) - 1 - self.silent[::-1].index(tag) :]
            return
        if tag == "a" and self.links:
            address, start = self.links.pop()
            words = "".join(self.pieces[start:]).strip()
            if address and not address.startswith("#") and address.removeprefix("mailto:") != words:
                self.pieces.append(f" ({address})" if words else address)
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._say(data)

    def handle_comment(self, data: str) -> None:
        if self.keep_comment and not self.silent and data.startswith(self.keep_comment):
            self.pieces.append(f"<!--{data}-->")

    def _break(self, tag: str) -> None:
        if tag in _SPACED:
            self.pieces.append("\n\n")
        elif tag in _BREAKING and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _say(self, words: str) -> None:
        words = _WHITE.sub(" ", words.replace("\u200c", "").replace("\u034f", ""))
        if words == " " and self.pieces and self.pieces[-1][-1:] in ("\n", " "):
            return
        self.pieces.append(words)


def _is_hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "").replace(" ", "").lower()
    return "hidden" in attributes or "data-preheader" in attributes or "display:none" in style
