"""What a text asks for and all that is wrong with it, tag by tag."""

import re
from collections.abc import Iterator

from liquid.exceptions import FilterArgumentError, LiquidError

from actions.rendering.child.compiled import LONGEST_SOURCE, Compiled, PartError
from actions.rendering.child.environment import TEXT, parse
from actions.rendering.child.errors import message_of, problem_of
from actions.rendering.child.finishing import BadMarkup, finish
from actions.rendering.child.markup import Unfinishable, hide
from actions.rendering.merge_tags import normalise
from actions.rendering.texts import Inspection, Problem, Texts

_SKIPPED = r"\{%-?\s*(?P<skip>raw|comment)\s*-?%\}.*?\{%-?\s*end(?P=skip)\s*-?%\}"
_TAG = re.compile(rf"{_SKIPPED}|\{{\{{.*?\}}\}}|\{{%-?\s*(?P<name>\w+|#)?.*?%\}}|(?P<open>\{{\{{|\{{%)", re.DOTALL)
_BLOCKS = frozenset({"if", "unless", "case", "for", "tablerow", "capture", "ifchanged", "comment", "raw", "doc"})
#: What may stand inside a block only: how to close and open it when the tag is looked at alone.
_AROUND = {
    "else": ("{% if x %}", "{% endif %}"),
    "elsif": ("{% if x %}", "{% endif %}"),
    "when": ("{% case x %}", "{% endcase %}"),
    "break": ("{% for x in y %}", "{% endfor %}"),
    "continue": ("{% for x in y %}", "{% endfor %}"),
}


def inspect(text: str, *, is_html: bool) -> Inspection:
    """Return the variables of a text and its problems, in the order of its lines."""
    if len(text) > LONGEST_SOURCE:
        return Inspection(frozenset(), (Problem("too_long"),))
    liquid = normalise(text)
    problems = [*_tag_problems(liquid), *_block_problems(liquid)]
    variables: frozenset[str] = frozenset()
    try:
        variables = variables_of(liquid)
    except LiquidError as error:
        if not problems:
            problems.append(problem_of(error))
    if is_html and not problems:
        problems += _markup_problems(text, liquid)
    return Inspection(variables, tuple(sorted(problems, key=lambda problem: problem.line)))


def variables_of(liquid: str) -> frozenset[str]:
    """Return the paths that a text reads from its context, as `profile.first_name` or `data.items[0].name`."""
    found = parse(TEXT, liquid).analyze().globals
    return frozenset(str(variable) for uses in found.values() for variable in uses)


def _tag_problems(liquid: str) -> Iterator[Problem]:
    for match in _TAG.finditer(liquid):
        if match["skip"]:
            continue
        line = liquid.count("\n", 0, match.start()) + 1
        if match["open"]:
            rest = liquid[match.start() :].splitlines()[0]
            yield Problem("unclosed_tag", line, rest[:60])
            continue
        name, tag = match["name"] or "", match[0]
        if name.startswith("end") or name in ("raw", "comment"):
            continue
        if name and name not in TEXT.tags and name not in _AROUND:
            yield Problem("unknown_tag", line, name)
            continue
        before, after = _AROUND.get(name, ("", f"{{% end{name} %}}" if name in _BLOCKS else ""))
        yield from _problems_of_one(before + tag + after, tag, line)


def _problems_of_one(alone: str, tag: str, line: int) -> Iterator[Problem]:
    shown = " ".join(tag.split())[:80]
    try:
        template = parse(TEXT, alone)
    except LiquidError:
        yield Problem("syntax", line, shown)
        return
    unknown = [name for name in template.analyze().filters if name not in TEXT.filters]
    yield from (Problem("unknown_filter", line, name) for name in unknown)
    if unknown:
        return
    try:
        template.render_plain({})
    except FilterArgumentError as error:
        if "argument" in message_of(error):
            yield Problem("filter_arguments", line, shown)
    except Exception:  # noqa: S110 - without its data a tag may fail for reasons that are no mistake
        pass


def _block_problems(liquid: str) -> Iterator[Problem]:
    """Tell which blocks are never closed and which ends close nothing."""
    open_blocks: list[tuple[str, int]] = []
    for match in _TAG.finditer(liquid):
        name = match["name"] or ""
        line = liquid.count("\n", 0, match.start()) + 1
        if match["skip"]:
            continue
        if name in _BLOCKS:
            open_blocks.append((name, line))
        elif name.startswith("end") and name[3:] in _BLOCKS:
            if open_blocks and open_blocks[-1][0] == name[3:]:
                open_blocks.pop()
            else:
                yield Problem("closes_nothing", line, name)
                return
    yield from (Problem("unclosed_block", line, name) for name, line in open_blocks)


def _markup_problems(text: str, liquid: str) -> Iterator[Problem]:
    try:
        finish(hide(liquid).html)
    except (BadMarkup, Unfinishable):
        try:
            Compiled(Texts(html=text)).render({}, "en", "UTC")
        except PartError as error:
            if isinstance(error.__cause__, BadMarkup):
                yield Problem("markup", 0, message_of(error.__cause__))
