"""Drive the engine by hand: record, work until nothing is left, move the clock."""

from datetime import timedelta
from typing import Any

from actions.sending import deliver
from crm import clock
from crm.models import Profile
from tests.factories.causes import BY_API
from triggers.models import Event
from triggers.services import record_call
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run


def call(profile: Profile, identifier: str = "go", *, key: str = "1", **data: Any) -> Event:
    """Record a call of the API."""
    event = record_call(profile.email, identifier=identifier, key_name="id", key_value=key, data=data, cause=BY_API)
    assert event is not None
    return event


def work() -> None:
    """Dispatch, advance and deliver until nothing is left."""
    while dispatch() + advance() + deliver("mail", 100) + deliver("http", 100):
        pass


def work_in(**span: float) -> None:
    """Work as it is after a span of time."""
    with clock.at(clock.now() + timedelta(**span)):
        work()


def runs() -> list[Run]:
    """Return all runs, the oldest first."""
    return list(Run.objects.order_by("id"))


def states() -> list[tuple[str, str]]:
    """Return status and reason of all runs."""
    return [(run.status, run.reason) for run in runs()]
