"""Workflows, versions, entries, runs and their journal."""

from workflows.models.run import Entry, Journal, Run
from workflows.models.workflow import Version, Workflow

__all__ = ["Entry", "Journal", "Run", "Version", "Workflow"]
