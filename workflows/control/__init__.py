"""Control blocks: waits, splits and ends."""

from workflows.control.types import End, Wait

from workflows.control.split import Split  # isort: skip
from workflows.control.wait_for_event import WaitForEvent

__all__ = ["End", "Split", "Wait", "WaitForEvent"]
