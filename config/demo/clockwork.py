"""How the story runs: the clock is set from deed to deed, and the engine works whenever it would have."""

from collections.abc import Callable
from datetime import datetime, timedelta

from actions.sending import deliver
from config.demo.calendar import BUSY_FOR, Calendar
from crm import clock
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run
from workflows.models.run import Status

#: how soon the workers take up what was done
SOON = timedelta(seconds=20)


def run_through(calendar: Calendar) -> None:
    """Do all deeds in turn, and between them what comes due, up to the present."""
    for together in calendar.in_turn():
        work_until(together[0][0] - BUSY_FOR)
        for at, deed in together:
            with clock.at(at):
                deed()
        with clock.at(min(together[-1][0] + SOON, calendar.now)):
            work()
    work_until(calendar.now)
    with clock.at(calendar.now):
        work()


def work_until(end: datetime) -> None:
    """Let the runs that come due before an instant go on, each when it is due; those of few minutes together."""
    while (due := _next_due()) is not None and due <= end:
        last = Run.objects.filter(status=Status.WAITING, due_at__lte=min(due + BUSY_FOR, end))
        at = last.order_by("-due_at").values_list("due_at", flat=True)[0]
        with clock.at(at or due):
            work()


def work(steps: tuple[Callable[[], int], ...] = (dispatch, advance, lambda: deliver("mail", 100))) -> None:
    """Dispatch, advance and deliver until nothing is left to do now."""
    while sum(step() for step in steps):
        pass


def _next_due() -> datetime | None:
    waiting = Run.objects.filter(status=Status.WAITING, due_at__isnull=False)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()
