"""Which integrations are switched on, and which actions are offered because of it."""

from typing import TypeVar

from actions.base import action_types
from actions.integrations.base import IntegrationKind, integration_kinds
from actions.models import Integration

T = TypeVar("T", bound=IntegrationKind)


def active(of: type[T]) -> T | None:
    """Return the integration of a class of kinds (a provider of SMS, say) that is switched on, the newest first."""
    kinds = [cls.kind for cls in integration_kinds if issubclass(cls, of)]
    row = Integration.objects.filter(kind__in=kinds, is_active=True).order_by("-pk").first()
    return integration_kinds[row.kind](row) if row else None  # type: ignore[return-value]


def is_set_up(of: type[IntegrationKind]) -> bool:
    """Tell whether there is any integration of a class of kinds, on or off."""
    kinds = [cls.kind for cls in integration_kinds if issubclass(cls, of)]
    return Integration.objects.filter(kind__in=kinds).exists()


def locked_actions() -> dict[str, list[type[IntegrationKind]]]:
    """Return the kinds of action that cannot be done now, each with what would unlock it; one query.

    An action with a stand-in is locked only where an integration is set up and switched off.
    """
    rows = list(Integration.objects.values_list("kind", "is_active").distinct())
    on = {kind for kind, is_active in rows if is_active}
    known = {kind for kind, _is_active in rows}
    locked: dict[str, list[type[IntegrationKind]]] = {}
    for action in action_types:
        keys = [cls for cls in integration_kinds if action.kind in cls.unlocks]
        is_on = any(cls.kind in on for cls in keys)
        stands_in = action.has_stand_in and not any(cls.kind in known for cls in keys)
        if keys and not is_on and not stands_in:
            locked[action.kind] = keys
    return locked
