"""Who else stands in a person's rows: the other one of a referral, and the people of the back-office."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.cause import Origin

#: under which names a row speaks of one of them, with their number as `id`
ROLES = frozenset({"sponsor", "referee"})


def reduced(value: Any, concerns: Callable[[int], bool]) -> Any:
    """Return a JSON value in which sponsors and referees whose number `concerns` are nothing but that number."""
    if isinstance(value, Mapping):
        return {
            name: {"id": item["id"]} if name in ROLES and _is_one(item, concerns) else reduced(item, concerns)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [reduced(item, concerns) for item in value]
    return value


#: columns that hold the name of a user of the back-office
_USERS = frozenset({"made_by", "requested_by"})
#: for which origins `actor` is the shop's own name of a key, a module or a workflow; for all others it may be a user
_BY_MACHINES = frozenset({Origin.API, Origin.TRACKER, Origin.MODULE, Origin.WORKFLOW, Origin.SCENARIO})


def without_others(row: Mapping[str, Any], profile_id: int) -> dict[str, Any]:
    """Return a row as it may be handed to its person: other customers are numbers, users of the back-office a role."""
    found = {name: reduced(value, lambda other: other != profile_id) for name, value in row.items()}
    users = _USERS if row.get("origin") in _BY_MACHINES else _USERS | {"actor"}
    return found | {name: the_team() for name in users & found.keys() if found[name]}


def the_team() -> str:
    """Say who it was without naming anybody."""
    return _("The shop's team")


def _is_one(value: Any, concerns: Callable[[int], bool]) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("id"), int) and concerns(value["id"])
