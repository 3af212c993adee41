"""The catalogue: every trigger, condition, control block, action and setting, as the registries have them."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import override

from actions.base import action_types
from crm.conditions.base import condition_types
from triggers.base import trigger_types
from workflows.control.base import control_types
from workflows.forms import SettingsForm

PATH = Path(__file__).resolve().parent.parent / "docs" / "catalogue.md"
_ID = re.compile(r"([TCKAW])(\d+)\b")
_HEAD = """# Catalogue

Everything a workflow can be built of. Written by `manage.py catalogue` from the registries; `make check` fails when it
is out of date. The ids are those that the code and the tests use."""


def written() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    parts += _section("Triggers", trigger_types, lambda each: "every workflow")
    parts += _section("Conditions", condition_types, _where)
    parts += _section("Control blocks", control_types, lambda each: "every workflow")
    parts += _section("Actions", action_types, _where)
    parts += ["", "## Settings of a workflow", "", "| English | French |", "|---|---|"]
    parts += [f"| {_in('en', field.label)} | {_in('fr', field.label)} |" for field in SettingsForm.base_fields.values()]
    return "\n".join(parts) + "\n"


def id_of(cls: type[Any]) -> str:
    """Return the id that a type's class, or its file, names first; empty where neither does."""
    for text in (cls.__doc__, sys.modules[cls.__module__].__doc__):
        found = _ID.match(text or "")
        if found:
            return found.group()
    return ""


def _section(title: str, registry: Iterable[type[Any]], where: Callable[[type[Any]], str]) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| id | English | French | options | offered in |", "|---|---|---|---|---|")
    for cls in sorted(registry, key=_order):
        names = [_in(language, cls.label) for language in ("en", "fr")]
        yield f"| {id_of(cls)} | {names[0]} | {names[1]} | {_options(cls.form_class)} | {where(cls)} |"


def _order(cls: type[Any]) -> tuple[int, str]:
    number = id_of(cls)[1:]
    return int(number) if number else 999, cls.kind


def _options(form: type[forms.Form]) -> str:
    labels = [_in("en", field.label) for field in form.base_fields.values() if field.label]
    return " · ".join(labels) or "none"


def _where(cls: type[Any]) -> str:
    """Say with which triggers it is offered."""
    without = _with_topics(getattr(cls, "not_with", frozenset()))
    if not cls.topics:
        return f"every workflow, not with {without}" if without else "every workflow"
    return f"with {_with_topics(cls.topics)}"


def _with_topics(topics: frozenset[str]) -> str:
    ids = sorted({id_of(cls) for cls in trigger_types if cls.topics & topics}, key=lambda each: int(each[1:]))
    return ", ".join(ids)


def _in(language: str, text: object) -> str:
    with override(language):
        return str(text).replace("|", "\\|")
