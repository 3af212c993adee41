"""Workflows, their drafts and versions, entries, runs and their journal."""

from workflows.models.draft import DraftChange
from workflows.models.run import Entry, Journal, Run
from workflows.models.workflow import Version, Workflow

__all__ = ["DraftChange", "Entry", "Journal", "Run", "Version", "Workflow"]
