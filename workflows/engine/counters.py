"""The counters of workflows: shared by many, so written last in a transaction, in id order."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from workflows.models import Run, Workflow
from workflows.models.run import LIVE, Status

_COUNTER_OF_END = {Status.DONE: "succeeded", Status.STOPPED: "stopped", Status.FAILED: "failed"}


class Counts:
    """What a transaction adds to the counters; nothing is written before `write`."""

    def __init__(self) -> None:
        self._deltas: dict[int, Counter[str]] = defaultdict(Counter)

    def started(self, runs: Iterable[Run]) -> None:
        """Count runs just inserted, some of which may have been stopped in the same batch."""
        for run in runs:
            delta = self._deltas[run.workflow_id]
            delta["total"] += 1
            delta["under_way" if run.status in LIVE else _COUNTER_OF_END[Status(run.status)]] += 1

    def ended(self, runs: Iterable[Run]) -> None:
        """Count runs that came to their end."""
        for run in runs:
            delta = self._deltas[run.workflow_id]
            delta["under_way"] -= 1
            delta[_COUNTER_OF_END[Status(run.status)]] += 1

    def write(self) -> None:
        """Add the deltas, in id order."""
        for workflow_id in sorted(self._deltas):
            delta = {name: F(name) + n for name, n in self._deltas[workflow_id].items() if n}
            if delta:
                Workflow.objects.filter(pk=workflow_id).update(**delta)
        self._deltas.clear()
