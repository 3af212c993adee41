"""Turn every accepted form of merge tag into Liquid (spec section 6)."""

import html
import re
from dataclasses import dataclass, field

_OPENING = re.compile(r"\{\{|\{%")
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\"[^\"]*\"|'[^']*'"
_NUMBER = r"-?\d+(?:\.\d+)?(?![\w.])"
_PATH = r"(?:\"[^\"]+\"|'[^']+'|\w[\w-]*)(?:\.\w[\w-]*|\[[^\]\n]*\])*"
_DOTTED = r"(?:var\s*:\s*\w[\w.\[\]-]*|\w[\w-]*(?:\.\w[\w-]*)+)(?=\s*(?:\||$))"
_WORDS = r"[^|{}\"'%:\n]+"
_VAR = r"(?<![\w.\]-])var\s*:\s*"
#: A reference anywhere in a tag, with an optional default that follows a colon.
_REFERENCE = re.compile(
    rf"(?P<string>\"[^\"]*\"|'[^']*')|{_VAR}(?P<path>{_PATH})(?:\s*:\s*(?P<default>{_STRING}|{_NUMBER}))?", re.DOTALL
)
#: The first operand of an output or assignment: here the default may also be a path or bare words.
_FIRST = re.compile(
    rf"(?:(?P<var>var\s*:\s*)?(?P<path>{_PATH}))(?:\s*:\s*(?P<default>{_STRING}|{_NUMBER}|{_DOTTED}|{_WORDS}))?",
    re.DOTALL,
)
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
_ENDRAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_TAG = re.compile(r"(?P<name>else\s+if\b|\w+|#)(?P<gap>\s*)(?P<rest>.*)", re.DOTALL)
_ASSIGNMENT = re.compile(rf"(?:{_VAR})?(?P<name>\w[\w-]*)\s*=\s*(?P<value>.+)", re.DOTALL)
_RENAMED = {"elseif": "elsif", "elif": "elsif", "set": "assign"}
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\xa0": " "})
_LONGEST_STRING = 500


def normalise(text: str) -> str:
    """Return the text with its merge tags as Liquid; what stands outside of tags is left alone.

    Takes linear time. What cannot be understood is kept as it is, for the parser to report.
    """
    return _Text(text).normalise()


@dataclass
class _Text:
    source: str
    pieces: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)
    #: Where the blocks that are open begin in `pieces`: what an `elsif` needs must be computed before its `if`.
    openers: list[int] = field(default_factory=list)
    defaults: int = 0

    def normalise(self) -> str:
        position, closable = 0, {"}}": True, "%}": True}
        for_next = _OPENING.search(self.source)
        while for_next:
            start = for_next.start()
            closer = "}}" if for_next.group() == "{{" else "%}"
            end = _end_of_tag(self.source, start + 2, closer) if closable[closer] else None
            if end is None:
                closable[closer] = False
                for_next = _OPENING.search(self.source, start + 2)
                continue
            self.pieces.append(self.source[position:start])
            position = end + 2
            if self._add_tag(self.source[start + 2 : end], closer) == "raw" and (
                raw_end := _ENDRAW.search(self.source, position)
            ):
                self.pieces.append(self.source[position : raw_end.end()])
                position = raw_end.end()
            for_next = _OPENING.search(self.source, position)
        self.pieces.append(self.source[position:])
        return "".join(self.captures + self.pieces)

    def _add_tag(self, inside: str, closer: str) -> str:
        """Append the tag in Liquid; return its name, empty for an output."""
        before = "-" if inside.startswith("-") else ""
        after = "-" if inside.endswith("-") and len(inside) > len(before) else ""
        body = _straighten(inside[len(before) : len(inside) - len(after)])
        expression = body.strip()
        if closer == "}}":
            ready, written = self._from_first_operand(expression, closer)
            name = ""
        else:
            name, ready, written = self._block(expression, closer)
        opening, closing = ("{{", "}}") if closer == "}}" else ("{%", "%}")
        if written != expression:
            body = body.replace(expression, written, 1) if expression else body
        at = self.openers[-1] if name in ("elsif", "when") and self.openers else len(self.pieces)
        self.pieces.append(f"{opening}{before}{body}{after}{closing}")
        self.pieces[at] = ready + self.pieces[at]
        if name in ("if", "unless", "case"):
            self.openers.append(at)
        elif name in ("endif", "endunless", "endcase") and self.openers:
            self.openers.pop()
        return name

    def _block(self, expression: str, closer: str) -> tuple[str, str, str]:
        match = _TAG.fullmatch(expression)
        if match is None:
            return "", "", expression
        written_name, gap, rest = match["name"], match["gap"], match["rest"]
        name = "elsif" if written_name.startswith("else") and written_name != "else" else written_name
        name = _RENAMED.get(name, name)
        assignment = _ASSIGNMENT.fullmatch(rest) if name == "assign" else None
        if assignment:
            ready, value = self._from_first_operand(assignment["value"], closer)
            return name, ready, f"{name} {assignment['name']} = {value}"
        ready, rest = self._references(rest, closer)
        return name, ready, f"{name}{gap}{rest}"

    def _from_first_operand(self, expression: str, closer: str) -> tuple[str, str]:
        """Rewrite `path:default | filters`: the default becomes the first filter."""
        match = _FIRST.match(expression)
        if match is None or not (match["var"] or match["default"]):
            return self._references(expression, closer)
        ready, rest = self._references(expression[match.end() :], closer)
        written = _path(match["path"])
        if match["default"] is not None:
            written += f" | default: {self._default(match['default'].strip(), closer)}"
        return ready, written + (f" {rest.lstrip()}" if rest.strip() else "")

    def _references(self, expression: str, closer: str) -> tuple[str, str]:
        """Rewrite references in any place; a default there is computed by a tag that goes before."""
        ready: list[str] = []

        def rewrite(match: re.Match[str]) -> str:
            if (string := match["string"]) is not None:
                return self._literal(string[1:-1], closer) if closer in string else string
            path, default = _path(match["path"]), match["default"]
            if default is None or default in ('""', "''"):
                return path
            self.defaults += 1
            name = f"_default{self.defaults}"
            ready.append(f"{{% assign {name} = {path} | default: {self._default(default, '%}')} %}}")
            return name

        written = _REFERENCE.sub(rewrite, expression)
        return "".join(ready), written

    def _default(self, written: str, closer: str) -> str:
        if written[:1] in "\"'" and written[-1:] == written[:1] and len(written) > 1:
            return self._literal(re.sub(r"\\([\"'])", r"\1", written[1:-1]), closer)
        if re.fullmatch(_NUMBER, written):
            return written
        if re.fullmatch(_DOTTED, written):
            return re.sub(r"^var\s*:\s*", "", written)
        return self._literal(written, closer)

    def _literal(self, value: str, closer: str) -> str:
        """Write a string; Liquid has no escapes, so what it cannot hold is captured at the top of the text."""
        if closer not in value and '"' not in value:
            return f'"{value}"'
        if closer not in value and "'" not in value:
            return f"'{value}'"
        name = f"_text{len(self.captures) + 1}"
        raw = "{% endraw %}{{ '{%' }}{% raw %}".join(value.split("{%"))
        self.captures.append(f"{{% capture {name} %}}{{% raw %}}{raw}{{% endraw %}}{{% endcapture %}}")
        return name


def _path(written: str) -> str:
    """Return a Mailjet path as a Liquid one: a quoted first name becomes a lookup by key."""
    match = re.match(r"(\"[^\"]+\"|'[^']+')(.*)", written, re.DOTALL)
    return f"[{match[1]}]{match[2]}" if match else written


def _straighten(inside: str) -> str:
    """Undo what rich-text editors do to a tag: entities and typographic quotes outside of strings."""
    if "&" not in inside and inside.isascii():
        return inside
    parts = _QUOTED.split(inside)
    return "".join(part if i % 2 else html.unescape(part).translate(_TYPOGRAPHY) for i, part in enumerate(parts))


def _end_of_tag(text: str, start: int, closer: str) -> int | None:
    """Return where the closing braces stand, braces inside a string of the tag not counted."""
    first = text.find(closer, start)
    if first < 0:
        return None
    position, end = start, first
    while quote := _unclosed_quote(text, position, end):
        line_end = text.find("\n", end)
        limit = min(end + _LONGEST_STRING, len(text) if line_end < 0 else line_end)
        string_end = text.find(quote, end, limit)
        end_after = text.find(closer, string_end + 1, limit + _LONGEST_STRING) if string_end >= 0 else -1
        if end_after < 0:
            return first
        position, end = string_end + 1, end_after
    return end


def _unclosed_quote(text: str, start: int, end: int) -> str:
    """Return the quote character of a string that is still open at `end`, or nothing."""
    opened = ""
    for character in text[start:end]:
        if opened:
            opened = "" if character == opened else opened
        elif character in "\"'":
            opened = character
    return opened
