"""Conditions of workflows that name a person: in drafts, in what drafts were, and in versions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from actions.models.content import digest_of
from crm import db
from crm.personal import Subject, personal_tables
from crm.personal.audiences import NamingConditions
from workflows.models import DraftChange, Version, Workflow


@personal_tables.register
class Drafts(NamingConditions):
    """Drafts, together with what undo brings back: saving makes the one of the other."""

    kind = "draft_conditions"
    model = Workflow
    label = _("Conditions of drafts of workflows")
    looked_through = ("draft",)
    batch = 5  # each with all that it was before

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return those that name the person now, or did."""
        named = FormerDrafts().rows(subject).values("workflow")
        return Workflow.objects.filter(Q(pk__in=super().rows(subject).values("pk")) | Q(pk__in=named))

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take the person out of both under the lock of those who save and undo."""
        held = db.locked(Workflow.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))
        former = FormerDrafts()
        former.erase(list(former.rows(subject).filter(workflow__in=list(held))), subject)
        super().erase(rows, subject)

    def written(self) -> Sequence[str]:
        """Name both columns."""
        return ("draft", "draft_revision")

    def take_out(self, row: Any, subject: Subject) -> bool:
        """Take the person out, and let nobody save what was read before."""
        is_changed = super().take_out(row, subject)
        if is_changed:
            row.draft_revision += 1
        return is_changed


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
