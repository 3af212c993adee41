"""How the story runs: the clock is set from deed to deed, and the engine works whenever it would have."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from actions.sending import deliver
from config.demo.calendar import BUSY_FOR, Calendar
from crm import clock
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run
from workflows.models.run import Status

#: how soon the workers take up what was done; what comes due within a few minutes is worked with it
SOON, TOGETHER = timedelta(seconds=20), timedelta(minutes=4)


def run_through(calendar: Calendar) -> None:
    """Do all deeds in turn, and between them what comes due, up to the present."""
    for deeds in calendar.in_turn():
        work_until(deeds[0][0] - BUSY_FOR)
        for at, deed in deeds:
            with clock.at(at):
                deed()
        done_at = min(deeds[-1][0] + SOON, calendar.now)
        with clock.at(_last_due(min(done_at + TOGETHER, calendar.now)) or done_at):
            work()
    work_until(calendar.now)


def work_until(end: datetime) -> None:
    """Let the runs that come due before an instant go on, each when it is due; those of few minutes together."""
    while (due := _waiting().order_by("due_at").first()) is not None and due <= end:
        with clock.at(_last_due(min(due + BUSY_FOR, end)) or due):
            work()


def work() -> None:
    """Dispatch, advance and deliver until nothing is left to do now."""
    while dispatch() + advance():
        deliver("mail", 100)


def _waiting() -> QuerySet[Run, datetime | None]:
    return Run.objects.filter(status=Status.WAITING, due_at__isnull=False).values_list("due_at", flat=True)


def _last_due(until: datetime) -> datetime | None:
    return _waiting().filter(due_at__lte=until).order_by("-due_at").first()
