"""Merge tags: which exist with the chosen triggers, and what is wrong with the texts of an action."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action
from actions.rendering.known import problems_of_texts, usual_paths
from actions.rendering.offered import Tag, TagGroup, usual_tags
from triggers.base import Variable
from workflows.drafts import all_steps
from workflows.preview.recap import action_of, trigger_of

Row = Mapping[str, Any]


def merge_tags(document: Row) -> list[TagGroup]:
    """List the tags to choose from, for the triggers of a document."""
    seen: dict[str, Tag] = {}
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        for variable in trigger.variables() if trigger else ():
            path = _full(variable.path)
            seen.setdefault(path, Tag(path, str(variable.label)))
    given = {_full(each.path): str(each.label) for each in _given(document)}
    groups = [TagGroup(_("What happened"), [tag for tag in seen.values() if "*" not in tag.path])] if seen else []
    if given:
        groups.append(TagGroup(_("What earlier steps gave"), [Tag(path, label) for path, label in given.items()]))
    return [
        *groups,
        *usual_tags(),
    ]


def text_problems(action: Action, document: Row, *, step_id: str = "") -> list[str]:
    """Say what is wrong with the texts of an action (that stands at `step_id`, if known), unknown tags last."""
    return problems_of_texts(action.texts(), known_paths(document, until=step_id) | action.own_tags)


def known_paths(document: Row, *, until: str = "") -> set[str]:
    """Return every path that a text may read (in the step `until`); one that ends in `.*` is open below."""
    paths = usual_paths() | {_full(variable.path) for variable in _given(document, until)}
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        if trigger is not None:
            paths |= {_full(variable.path) for variable in trigger.variables()}
            if trigger.topics & OPEN_TOPICS:
                paths.add("data.*")
    return paths


def _given(document: Row, until: str = "") -> Iterator[Variable]:
    """List what the actions that stand before a step (or all) give to later ones."""
    for row in all_steps(dict(document)):
        if row["id"] == until:
            return
        action = action_of(row) if row["type"] == "action" else None
        if action is not None:
            yield from action.gives()


#: topics of triggers whose event carries whatever was posted
OPEN_TOPICS = frozenset({"api", "cart"})


def _full(path: str) -> str:
    return path if path.split(".")[0] in ("data", "profile", "site") else f"data.{path}"
