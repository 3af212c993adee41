"""The messages that runs wait for: what stands at a sending step and has not left yet."""

from collections import defaultdict
from collections.abc import Iterable

from actions.models import Delivery
from workflows.models import Run
from workflows.models.run import LIVE


def messages_waited_for(runs: Iterable[Run]) -> dict[int, list[Delivery]]:
    """Return run id → the messages of its step that are under way; one query, none where no run sends."""
    positions = {run.pk: run.position for run in runs if run.status in LIVE and run.phase == "sending"}
    found: dict[int, list[Delivery]] = defaultdict(list)
    if positions:
        rows = Delivery.objects.under_way().filter(run_id__in=positions, step_id__in=set(positions.values()))
        for delivery in rows.defer("context", "rules").order_by("id"):
            if delivery.run_id is not None and delivery.step_id == positions[delivery.run_id]:
                found[delivery.run_id].append(delivery)
    return found
