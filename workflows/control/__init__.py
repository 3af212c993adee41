"""Control blocks: waits and ends."""

from workflows.control.types import End, Wait

__all__ = ["End", "Wait"]
