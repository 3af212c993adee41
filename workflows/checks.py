"""Mistakes found at start-up: a live version that names a kind which no longer exists."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

from actions.base import action_types
from crm.conditions.base import condition_types
from crm.registry import Registry
from triggers.base import trigger_types
from workflows.control.base import control_types
from workflows.definition import ActionStep, ConditionStep, Definition, parse
from workflows.models import Run, Version, Workflow
from workflows.models.run import LIVE


@register(Tags.database)
def check_stored_kinds(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Compare the kinds in versions that are live, or have runs under way, with the registries."""
    if not databases or Version._meta.db_table not in _tables():
        return []
    found: list[CheckMessage] = []
    used = set(Run.objects.filter(status__in=LIVE).values_list("version_id", flat=True).distinct())
    used |= set(Workflow.objects.live().values_list("version_id", flat=True))
    for version in Version.objects.filter(pk__in=used).select_related("workflow"):
        for noun, kind in unknown_kinds(parse(version.definition)):
            found.append(
                Error(
                    f"The workflow “{version.workflow.name}” uses the {noun} “{kind}”, which does not exist.",
                    hint="Install the app that registers it, or give the class its kind back: a kind is for ever.",
                    obj=version,
                    id="workflows.E001",
                )
            )
    return found


def unknown_kinds(definition: Definition) -> Iterable[tuple[str, str]]:
    """List (noun, kind) for every kind in a definition that no registry knows."""
    for trigger in definition.triggers:
        yield from _missing(trigger_types, trigger.kind)
    for step in definition.walk():
        if isinstance(step, ConditionStep):
            for condition in step.conditions:
                yield from _missing(condition_types, condition.kind)
        elif isinstance(step, ActionStep):
            yield from _missing(action_types, step.kind)
        else:
            yield from _missing(control_types, step.kind)


def _missing(registry: Registry[Any], kind: str) -> Iterable[tuple[str, str]]:
    if kind not in registry:
        yield registry.noun, kind


def _tables() -> list[str]:
    try:
        return connection.introspection.table_names()
    except DatabaseError:
        return []
