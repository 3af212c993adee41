"""What the panel of an action shows beside texts: tags to insert, and what is wrong with what is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.base import Action
from actions.rendering.offered import TagGroup
from crm.admin.typed import TypedForm
from workflows.preview.texts import merge_tags, text_problems


@dataclass(frozen=True, slots=True)
class TextHelp:
    """The tags on offer and the problems of the texts."""

    groups: list[TagGroup]
    problems: list[str] = field(default_factory=list)


def text_help(document: Mapping[str, Any], typed: TypedForm) -> TextHelp | None:
    """Return the help for an action that sends texts; None for others."""
    if typed.cls.texts is Action.texts:
        return None
    config = None
    if typed.form.is_bound and typed.form.is_valid():
        config = typed.form.config()
    elif not typed.form.is_bound and typed.form.initial:
        config = dict(typed.form.initial)
    problems = text_problems(typed.cls(config), document) if config else []
    return TextHelp(merge_tags(document), problems)
