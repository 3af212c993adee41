"""Change drafts: one writer wins, the other is told; what a draft was before is kept for undo."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm import clock, db
from crm.errors import Refused
from crm.models import User
from workflows.drafts import empty_document
from workflows.models import DraftChange, Workflow
from workflows.models.workflow import Status


class ChangedMeanwhile(Refused):
    """Somebody else changed the draft since it was read."""

    def __init__(self, workflow: Workflow) -> None:
        change = workflow.draft_changes.select_related("changed_by").filter(revision=workflow.draft_revision).first()
        who = str(change.changed_by) if change and change.changed_by else _("Somebody")
        super().__init__(
            _("%(who)s changed this workflow meanwhile. Nothing was saved: look at it as it is now, then try again.")
            % {"who": who}
        )


def create_workflow(*, name: str, user: User | None = None, document: dict[str, Any] | None = None) -> Workflow:
    """Make a workflow with a draft: an empty one, or the document given (cleaned)."""
    draft = {**(document or empty_document(name)), "name": name[:120]}
    return Workflow.objects.create(name=name[:120], draft=draft, draft_revision=1, created_by=user)


def save_draft(
    workflow: Workflow, *, document: dict[str, Any], revision: int, user: User | None = None, summary: str = ""
) -> None:
    """Replace the draft that was read at `revision`; raises ChangedMeanwhile if it is another by now."""
    with transaction.atomic():
        before = db.locked(Workflow.objects.filter(pk=workflow.pk)).values_list("draft", flat=True).get()
        changed = (
            Workflow.objects.filter(pk=workflow.pk, draft_revision=revision)
            .exclude(status=Status.ARCHIVED)
            .update(draft=document, draft_revision=revision + 1, name=document["name"][:120], updated_at=clock.now())
        )
        if changed:
            _remember(workflow, before=before, revision=revision + 1, user=user, summary=summary)
    workflow.refresh_from_db()
    if not changed:
        raise ChangedMeanwhile(workflow)


def undo_change(workflow: Workflow, *, revision: int, user: User | None = None) -> str:
    """Take back the newest change and return what it was; raises Refused when there is none."""
    with transaction.atomic():
        db.locked(Workflow.objects.filter(pk=workflow.pk)).get()
        last = workflow.draft_changes.order_by("-revision").first()
        if last is None:
            raise Refused(_("There is nothing to undo."))
        changed = Workflow.objects.filter(pk=workflow.pk, draft_revision=revision).update(
            draft=last.before, draft_revision=revision + 1, name=last.before["name"][:120], updated_at=clock.now()
        )
        if changed:
            last.delete()
    workflow.refresh_from_db()
    if not changed:
        raise ChangedMeanwhile(workflow)
    return last.summary


def _remember(workflow: Workflow, *, before: Any, revision: int, user: User | None, summary: str) -> None:
    DraftChange.objects.create(
        workflow=workflow,
        revision=revision,
        before=before,
        summary=summary[:200],
        changed_by=user,
        changed_at=clock.now(),
    )
    workflow.draft_changes.filter(revision__lte=revision - DraftChange.KEPT).delete()
