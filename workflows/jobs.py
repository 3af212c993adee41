"""RQ entry points and sweeps of the engine: no logic."""

from actions.bells import drain, ring_now
from crm.periodic import periodic
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.engine.due import record_due
from workflows.engine.settings import BATCH
from workflows.engine.sweeps import has_work, resume_forgotten
from workflows.services.pausing import carry_on_all


def run_engine() -> int:
    """Dispatch events and advance runs until nothing is due."""
    return drain("engine", lambda: dispatch() + advance(), full=BATCH // 2)


@periodic(every=2)
def ring_engine_if_due() -> None:
    """Ring for events and runs that nobody works on (runs come due without a bell)."""
    if has_work():
        ring_now("engine")


@periodic(every=30)
def resume_runs_whose_deliveries_ended() -> None:
    """Let runs go on whose deliveries have all ended, in case nobody told them."""
    resume_forgotten()


@periodic(every=10)
def record_what_came_due() -> None:
    """Record the events that come by the clock: carts gone idle."""
    record_due()


@periodic(every=5)
def carry_on_pauses() -> None:
    """Hold what paused workflows have waiting; move on what resumed ones had held."""
    carry_on_all()
