"""The form of a segment's rules: rows in groups, each row with the form of its condition; posted flat, nested again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from crm.admin.typed import TypedForm, hide_errors, typed_form
from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.walk import MOST_CONDITIONS, MOST_DEPTH, Rules
from crm.errors import Invalid

#: more rows and groups are posted by no page of ours
MOST_POSTED = 1000
#: the group around all
ROOT = "g0"


@dataclass
class Node:
    """A condition (`typed`) or a group (`rows`) in the form; `name` prefixes what it posts."""

    name: str
    inside: str = ""
    is_negated: bool = False
    typed: TypedForm | None = None
    is_any: bool = False
    rows: "list[Node]" = field(default_factory=list)
    #: why the row or group that was asked for was not added
    refusal: str = ""

    def walk(self) -> "Iterator[Node]":
        """Iterate over this node and all inside, as they stand on the page."""
        yield self
        for row in self.rows:
            yield from row.walk()

    def is_valid(self) -> bool:
        """Tell whether the forms of all conditions accept what was posted; each keeps its own errors."""
        checked = [node.typed.is_valid() for node in self.walk() if node.typed]
        return all(checked)

    def rules(self) -> dict[str, Any]:
        """Return the rules; the forms must be valid."""
        rows = [
            {**(row.typed.row("config") if row.typed else row.rules()), "negated": row.is_negated} for row in self.rows
        ]
        return {"mode": "any" if self.is_any else "all", "rules": rows}


def stored_tree(rules: Rules) -> Node:
    """Return the form of stored rules; a condition whose kind is gone is left out."""
    names = iter(range(10_000))

    def group(tree: Rules, inside: str) -> Node:
        node = Node(f"g{next(names)}", inside, bool(tree.get("negated")), is_any=tree.get("mode") == "any")
        for rule in tree.get("rules", []):
            if "segment" in rule:
                rule = {**rule, "kind": "in_segment", "config": {"segment": rule["segment"]}}
            if "kind" not in rule:
                node.rows.append(group(rule, node.name))
            elif rule["kind"] in condition_types:
                name = f"c{next(names)}"
                node.rows.append(Node(name, node.name, bool(rule.get("negated")), _typed(name, None, rule)))
        return node

    return group(rules, "")


def posted_tree(data: QueryDict) -> Node:
    """Return the form as it was posted, with what its buttons change: a row or group more or less.

    Raises Invalid for what no page of ours posts.
    """
    names = [name for name in data.getlist("node") if name != data.get("remove") or name == ROOT]
    nodes: dict[str, Node] = {}
    for name in names:
        if len(nodes) > MOST_POSTED:
            raise Invalid(_("These rules ask too much: split them."))
        if name[:1] not in ("c", "g") or not name[1:].isdecimal() or len(name) > 5 or name in nodes:
            raise Invalid(_("These are no rules of a segment."))
        inside = data.get(f"{name}-in", "")
        if name != ROOT and (inside not in nodes or inside[0] != "g"):
            continue  # its group was removed
        typed = _typed(name, data, None) if name[0] == "c" else None
        nodes[name] = Node(name, inside, f"{name}-negated" in data, typed, data.get(f"{name}-mode") == "any")
        if name != ROOT:
            nodes[inside].rows.append(nodes[name])
    root = nodes.setdefault(ROOT, Node(ROOT))
    _grow({name: node for name, node in nodes.items() if not node.typed}, data, max(int(name[1:]) for name in nodes))
    return root


def _grow(groups: Mapping[str, Node], data: QueryDict, last: int) -> None:
    """Add the row or group that was asked for, within the limits; `last` is the highest number in use."""
    at, around = groups.get(data.get("add", "")), groups.get(data.get("group", ""))
    root = groups[ROOT]
    if (at or around) and sum(node.typed is not None for node in root.walk()) >= MOST_CONDITIONS:
        said = _("A segment asks at most %(n)d things. Put some of them into a segment of their own, and ask for that.")
        root.refusal = said % {"n": MOST_CONDITIONS}
    elif around and _depth(around, groups) >= MOST_DEPTH:
        root.refusal = _("Groups are nested at most %(n)d deep.") % {"n": MOST_DEPTH}
    elif around:
        inner = Node(f"g{last + 1}", around.name, is_any=not around.is_any)
        inner.rows.append(_empty_row(last + 2, inner))
        around.rows.append(inner)
    elif at:
        at.rows.append(_empty_row(last + 1, at))


def _empty_row(number: int, inside: Node) -> Node:
    return Node(f"c{number}", inside.name, typed=_typed(f"c{number}", None, None))


def forgive(root: Node) -> None:
    """Show what was typed without complaints."""
    for node in root.walk():
        if node.typed:
            hide_errors(node.typed.form)


def _depth(node: Node, nodes: Mapping[str, Node]) -> int:
    depth = 1
    while node.inside:
        node, depth = nodes[node.inside], depth + 1
    return depth


def _typed(name: str, data: QueryDict | None, stored: Rules | None) -> TypedForm:
    offered = [cls for cls in condition_types if issubclass(cls, ProfileCondition)]
    return typed_form(condition_types, offered, data=data, stored=stored, key="config", context={}, prefix=name)
