"""Steps that cannot be done because an integration is not switched on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action, Problem, action_types
from actions.integrations import IntegrationKind, integration_kinds, locked_actions
from workflows.drafts import all_steps
from workflows.words import join

OFF = "integration_off"


def locked_words(action: type[Action], keys: Sequence[type[IntegrationKind]]) -> str:
    """Say what an action needs, and where it is found."""
    names = join([str(key.label) for key in keys], _("or"))
    return _("“%(action)s” needs %(names)s, which is not switched on: see Settings, Integrations.") % {
        "action": action.label,
        "names": names,
    }


def switched_off(document: dict[str, Any]) -> list[Problem]:
    """List the steps of a live version that cannot be done as the integrations stand; few queries."""
    locked = locked_actions()
    needing = frozenset[str]().union(*(cls.unlocks for cls in integration_kinds))
    found: list[Problem] = []
    for row in all_steps(document):
        cls = action_types.get(row["kind"]) if row["type"] == "action" and row["kind"] in needing else None
        if cls is not None and cls.kind in locked:
            found.append(Problem(locked_words(cls, locked[cls.kind]), step_id=row["id"], code=OFF))
        elif cls is not None:
            own = cls(row["config"]).problems()
            found += [replace(problem, step_id=row["id"]) for problem in own if problem.code == OFF]
    return found
