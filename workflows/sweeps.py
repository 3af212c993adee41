"""What the scheduler repeats for workflows beside the bells: no logic."""

from crm.periodic import periodic
from workflows.engine.due import record_due


@periodic(every=10)
def record_what_came_due() -> None:
    """Record the events that come by the clock: carts gone idle."""
    record_due()
