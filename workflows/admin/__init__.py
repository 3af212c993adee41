"""The pages of automations in the back-office."""

from workflows.admin import elsewhere, entries, runs, segment_uses, workflow

__all__ = ["elsewhere", "entries", "runs", "segment_uses", "workflow"]
