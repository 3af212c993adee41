"""Conditions of workflows that name a person: in drafts, in what drafts were, and in versions."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from actions.models.content import digest_of
from crm.personal import Subject, personal_tables
from crm.personal.audiences import NamingConditions
from workflows.models import DraftChange, Version, Workflow


@personal_tables.register
class Drafts(NamingConditions):
    """Drafts."""

    kind = "draft_conditions"
    model = Workflow
    label = _("Conditions of drafts of workflows")
    looked_through = ("draft",)


@personal_tables.register
class FormerDrafts(NamingConditions):
    """What undo brings back."""

    kind = "former_draft_conditions"
    model = DraftChange
    label = _("Conditions of former drafts of workflows")
    looked_through = ("before",)


@personal_tables.register
class Versions(NamingConditions):
    """Versions; their digest follows, so that a draft which is the same is still known to be."""

    kind = "version_conditions"
    model = Version
    label = _("Conditions of versions of workflows")
    looked_through = ("definition",)

    def written(self) -> Sequence[str]:
        """Name both columns."""
        return ("definition", "digest")

    def take_out(self, row: Any, subject: Subject) -> bool:
        """Take the person out, and make the digest anew."""
        is_changed = super().take_out(row, subject)
        if is_changed:
            row.digest = digest_of(row.definition)
        return is_changed
