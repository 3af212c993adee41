"""Control blocks: waits and ends."""

from workflows.control.types import End, Wait
from workflows.control.wait_until import WaitUntil

__all__ = ["End", "Wait", "WaitUntil"]
