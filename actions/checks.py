"""Mistakes found at start-up: an integration of a kind that no longer exists."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

from actions.integrations import integration_kinds
from actions.models import Integration


@register(Tags.database)
def check_integration_kinds(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Compare the integrations that are set up with the registry."""
    if not databases or Integration._meta.db_table not in _tables():
        return []
    unknown = Integration.objects.exclude(kind__in=integration_kinds.kinds())
    return [
        Error(
            f"The integration “{row.name}” is of the kind “{row.kind}”, which does not exist.",
            hint="Install the app that registers it, or give the class its kind back: a kind is for ever.",
            obj=row,
            id="actions.E001",
        )
        for row in unknown
    ]


def _tables() -> list[str]:
    try:
        return connection.introspection.table_names()
    except DatabaseError:
        return []
