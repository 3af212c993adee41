"""Control blocks: waits, splits and ends; in the order in which they are offered."""

from workflows.control.types import End, Wait

from workflows.control.wait_until import WaitUntil  # isort: skip
from workflows.control.wait_for_event import WaitForEvent  # isort: skip
from workflows.control.split import Split  # isort: skip

__all__ = ["End", "Split", "Wait", "WaitForEvent", "WaitUntil"]
