"""Form-encoded bodies with PHP's brackets: `items[0][name]=…` means what the same JSON means."""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext as _

from crm.api.limits import MAX_DEPTH, MAX_PAIRS, no_nul
from crm.api.problems import Problem, bad_body

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
# A stray "%" is data that was never encoded: better refused than guessed.
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")

Tree = dict[str, Any]


def parse_form(raw: bytes) -> Any:
    """Parse a form-encoded body into what the same JSON would be, with strings as leaves.

    Keys 0…n make a list, `[]` appends, other keys make an object. Raises a Problem for a key that
    stands twice, is both a value and a group, or is not well formed.
    """
    if raw.count(b"&") >= MAX_PAIRS:
        raise bad_body(_("The body has more than %(most)d fields.") % {"most": MAX_PAIRS})
    tree: Tree = {}
    for pair in raw.split(b"&"):
        if not pair:
            continue
        name, _equals, value = pair.partition(b"=")
        _put(tree, _text(name), _text(value))
    return {key: _settled(value) for key, value in tree.items()}


def _text(encoded: bytes) -> str:
    encoded = encoded.replace(b"+", b" ")
    if b"%" in encoded:
        if _STRAY.search(encoded):
            raise bad_body(_("A percent sign is not followed by two hexadecimal digits; encode the body."))
        encoded = unquote_to_bytes(encoded)
    try:
        text = encoded.decode()
    except UnicodeDecodeError:
        raise bad_body(_("The body is not UTF-8.")) from None
    no_nul(text)
    return text


def _put(tree: Tree, name: str, value: str) -> None:
    path = _path(name)
    for part in path[:-1]:
        tree = tree.setdefault(part or _next(tree, name), {})
        if not isinstance(tree, dict):
            raise _twice(name)
    last = path[-1] or _next(tree, name)
    if last in tree:
        raise _twice(name)
    tree[last] = value


def _path(name: str) -> list[str]:
    match = _KEY.fullmatch(name)
    if match is None:
        raise bad_body(_("The field name “%(name)s” is not well formed; write it as a[b][0].") % {"name": name[:50]})
    brackets = match[2]
    path = [match[1], *brackets[1:-1].split("][")] if brackets else [match[1]]
    if len(path) > MAX_DEPTH:
        raise bad_body(_("The body is nested deeper than %(depth)d levels.") % {"depth": MAX_DEPTH})
    return path


def _next(tree: Tree, name: str) -> str:
    """Return the index that `[]` takes: the next one, in a group that holds nothing but a list."""
    if (tree and next(reversed(tree)) != str(len(tree) - 1)) or str(len(tree)) in tree:
        raise bad_body(_("The field “%(name)s” mixes [] with other keys.") % {"name": name[:50]})
    return str(len(tree))


def _settled(value: Any) -> Any:
    """Turn groups whose keys are 0…n into lists, from the leaves up."""
    if not isinstance(value, dict):
        return value
    settled = {key: _settled(entry) for key, entry in value.items()}
    indexes = [str(index) for index in range(len(settled))]
    if settled.keys() == set(indexes):
        return [settled[index] for index in indexes]
    return settled


def _twice(name: str) -> Problem:
    return bad_body(_("The field “%(name)s” stands twice, or is both a value and a group.") % {"name": name[:50]})
