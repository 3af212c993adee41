"""The pages of automations in the back-office."""

from workflows.admin import entries, runs, workflow

__all__ = ["entries", "runs", "workflow"]
