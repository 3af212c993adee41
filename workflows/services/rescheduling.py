"""When what a pause held goes on: each row gets its new time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from actions.bells import ring
from actions.models import Delivery
from actions.models.delivery import Status as DeliveryStatus
from crm import db
from workflows.engine.clocks import waits_by_clock
from workflows.engine.listening import heard_by
from workflows.engine.live import compiled_versions
from workflows.models import Run
from workflows.models.run import Status as RunStatus


def reschedule(runs: Sequence[Run], deliveries: Sequence[Delivery], plan: dict[str, Any]) -> None:
    """Give each row its new time: its own plus the pause, or its turn at the rate asked for, whichever is later."""
    compiled_versions([run.version_id for run in runs])  # read at once
    begin, shift = datetime.fromisoformat(plan["from"]), timedelta(seconds=plan["seconds"])
    is_shifted = plan["how"] == "shift"
    listening = [run for run in runs if run.phase == "listening"]
    _end_waits(listening, begin, shift if is_shifted else timedelta())
    rows: list[Run | Delivery] = [*deliveries, *runs]
    for turn, row in enumerate(rows, start=plan["moved"]):
        if is_shifted and isinstance(row, Run) and waits_by_clock(row):
            row.phase, row.due_at = "", begin  # it arrives anew, and its walk resolves the time
        elif not is_shifted:
            row.due_at = max(row.due_at or begin, begin + turn * timedelta(seconds=plan["every"]))
        elif row.due_at is not None and not (isinstance(row, Run) and row.phase == "listening"):
            row.due_at += shift
    for run in runs:
        run.status = RunStatus.WAITING
    for delivery in deliveries:
        delivery.status, delivery.due_at = DeliveryStatus.PLANNED, delivery.due_at or begin
        if delivery.put_off_at is not None:  # what it may wait for a place under a cap stands still too
            delivery.put_off_at += timedelta(seconds=plan["seconds"])
    db.update_rows(runs, ["status", "phase", "due_at", "listens_from"])
    db.update_rows(deliveries, ["status", "due_at", "put_off_at"])
    ring("engine")
    ring("mail")
    ring("http")


def _end_waits(listening: Sequence[Run], begin: datetime, shift: timedelta) -> None:
    """Take up the events that came for waits (K3) during the pause; the others wait on, longer by `shift`.

    A wait that was over already when the pause began is not longer for it, and one that is over hears nothing more.
    """
    for run in listening:
        if run.due_at is not None and run.due_at > begin - shift:
            run.due_at += shift
    heard = heard_by(listening)
    for run in listening:
        if run.pk in heard:
            run.due_at = begin
        elif run.due_at is not None and run.due_at <= begin:
            run.listens_from = None
