"""What becomes of a value when its person is erased: each takes the value and its row, and gives what stays.

All are idempotent: a blank of a blank is the same.
"""

from collections.abc import Callable, Mapping
from typing import Any

from crm.cause import Origin

Blank = Callable[[Any, Any], Any]
Tree = dict[str, "Tree"]

#: what stands where words stood, for columns in which "nothing" would say that all was well
ERASED = "(erased)"


def empty(_value: Any, _row: Any) -> str:
    """Leave an empty text."""
    return ""


def nothing(_value: Any, _row: Any) -> None:
    """Leave NULL."""


def no_object(_value: Any, _row: Any) -> dict[str, Any]:
    """Leave an empty object."""
    return {}


def no_list(_value: Any, _row: Any) -> list[Any]:
    """Leave an empty list."""
    return []


def erased_words(value: Any, _row: Any) -> str:
    """Leave a mark where something was said."""
    return ERASED if value else ""


def no_file(value: str, row: Any) -> str:
    """Leave who did it, but for an import, which is called by its file: that may bear the person's name."""
    return "" if row.origin == Origin.IMPORT else value


def only(*paths: str) -> Blank:
    """Leave the numbers, truths and words at the dotted paths (`order.lines.*.quantity`), and nothing else.

    Paths name what stays, so that what a shop sends without being asked goes.
    """
    tree = _tree(paths)
    return lambda value, _row: kept(value, tree)


def kept(value: Any, tree: Tree) -> Any:
    """Return what of a JSON value stands in the tree of paths."""
    if isinstance(value, Mapping):
        found = {name: kept(value[name], below) for name, below in tree.items() if name in value}
        return {name: one for name, one in found.items() if one not in (None, {}, [])}
    if isinstance(value, list):
        below = tree.get("*")
        return [] if below is None else [kept(item, below) for item in value]
    return None if tree else value


def _tree(paths: tuple[str, ...]) -> Tree:
    tree: Tree = {}
    for path in paths:
        node = tree
        for name in path.split("."):
            node = node.setdefault(name, {})
    return tree
