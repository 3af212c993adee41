"""Before every action: does the customer own the product meanwhile (W6), has the cart been ordered (T1, T13, T14)?"""

from collections.abc import Sequence

from crm.conditions.base import EventView
from triggers.base import RunView, Trigger
from workflows.engine.live import Compiled
from workflows.engine.lookups import owned_products
from workflows.models import Run


def lost_reasons(version: Compiled, runs: Sequence[tuple[Run, EventView]]) -> dict[int, str]:
    """Return run id → reason code for the runs of one version that must not go on: a query a rule."""
    lost: dict[int, str] = {}
    for index, trigger in enumerate(version.triggers):
        if type(trigger).standing is Trigger.standing:
            continue
        mine = [RunView(run.pk, run.profile_id, run.key, event) for run, event in runs if run.trigger == index]
        if mine:
            lost.update(trigger.standing(mine))
    if version.definition.settings.stop_if_owned and version.scope:
        owned = owned_products([run.profile_id for run, _ in runs], version.scope)
        for run, event in runs:
            own = version.triggers[run.trigger].own_order(event)
            if version.scope <= {reference for reference, order in owned.get(run.profile_id, ()) if order != own}:
                lost.setdefault(run.pk, "owned")
    return lost
