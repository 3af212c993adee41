"""The ends of runs."""

from collections.abc import Sequence

from crm import clock, db
from workflows.models import Run
from workflows.models.run import Status

_COLUMNS = ("status", "reason", "error", "ended_at", "due_at", "live_key")


def end(run: Run, status: Status, *, reason: str = "", error: str = "") -> None:
    """Bring a run to its end, in memory."""
    run.status, run.reason, run.error = status, reason, error
    run.ended_at, run.due_at, run.live_key = clock.now(), None, None


def write_ends(runs: Sequence[Run]) -> None:
    """Write runs that were ended."""
    db.update_rows(runs, _COLUMNS)
