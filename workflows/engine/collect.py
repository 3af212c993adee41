"""What became of the deliveries of a step, when all of them have ended."""

from collections import defaultdict
from collections.abc import Sequence

from actions.base import Done, Failed, Outcome, Skipped
from actions.models import Delivery
from actions.models.delivery import Status

Key = tuple[int, str]


def collect(waiting: Sequence[Key]) -> dict[int, Outcome]:
    """Return run id → outcome of its step, by one query: sent or unknown → done, failed → W5, skipped → its reason."""
    found: dict[Key, list[tuple[int, str, str]]] = defaultdict(list)
    rows = Delivery.objects.filter(run_id__in={run for run, _ in waiting}, step_id__in={step for _, step in waiting})
    for run, step, pk, status, reason in rows.order_by("id").values_list("run_id", "step_id", "id", "status", "reason"):
        found[run or 0, step].append((pk, status, reason))
    return {run: _outcome(found[run, step]) for run, step in waiting}


def _outcome(deliveries: Sequence[tuple[int, str, str]]) -> Outcome:
    states = {status for _, status, _ in deliveries}
    value = {"deliveries": [{"id": pk, "status": status, "reason": reason} for pk, status, reason in deliveries]}
    if Status.SENT in states or Status.UNKNOWN in states:
        return Done(value)
    for _, status, reason in deliveries:
        if status == Status.FAILED:
            return Failed(reason)
    return Skipped(deliveries[0][2] if deliveries else "no_recipient")
