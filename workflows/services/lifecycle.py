"""The life of a workflow: activate exactly what was previewed, switch off, duplicate, remove (spec section 7)."""

from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from crm import clock, db
from crm.errors import Refused
from crm.models import User
from workflows.definition import parse
from workflows.engine.live import LIVE, heard_in
from workflows.freezing import freeze
from workflows.models import Run, Version, Workflow
from workflows.models.workflow import Status
from workflows.preview.checks import look_at
from workflows.services import pausing
from workflows.services.drafts import create_workflow
from workflows.services.runs import live_runs_of, stop_all

LiveRuns = Literal["finish", "stop"]


class ChangedSincePreview(Refused):
    """What would be activated is not what was previewed."""

    def __init__(self) -> None:
        super().__init__(
            _("This workflow, or a template in it, was changed since you previewed it. Read the preview once more.")
        )


def activate(workflow: Workflow, *, digest: str, user: User | None, live_runs: LiveRuns = "finish") -> Version:
    """Make what was previewed (its digest) the live version; runs of older versions finish or stop.

    A paused workflow gets the version and stays paused. Raises ChangedSincePreview, or Refused for what blocks.
    """
    look = look_at(Workflow.objects.get(pk=workflow.pk))  # checks of texts render them, which no transaction waits for
    blocking = [problem.message for problem in look.problems if problem.blocks]
    with transaction.atomic():
        db.alone(LIVE)  # before any row: who shares it may want this row next
        row = db.locked(Workflow.objects.filter(pk=workflow.pk)).get()
        frozen, found = freeze(row.draft)
        if not found == look.digest == digest:
            raise ChangedSincePreview
        if blocking:
            raise Refused(" ".join(blocking))
        if row.status == Status.ARCHIVED:
            raise Refused(_("An archived workflow cannot be activated: duplicate it."))
        version = row.version
        if version is None or version.digest != digest:
            version = _next_version(row, frozen, digest, user)
        if row.status not in {Status.ACTIVE, Status.PAUSED}:
            row.status, row.active_since = Status.ACTIVE, clock.now()
        row.version = version
        row.save(update_fields=["status", "active_since", "version", "updated_at"])
    workflow.refresh_from_db()
    if live_runs == "stop":
        stop_all(live_runs_of(workflow).exclude(version=version), reason="replaced")
    return version


def deactivate(workflow: Workflow, *, live_runs: LiveRuns = "finish") -> int:
    """Switch off: nothing starts any more; runs under way finish or stop. Return how many were stopped."""
    with transaction.atomic():
        row = db.locked(Workflow.objects.filter(pk=workflow.pk)).get()
        if row.status not in {Status.ACTIVE, Status.PAUSED}:
            raise Refused(_("This workflow is not active."))
        was_paused = row.status == Status.PAUSED
        Workflow.objects.filter(pk=row.pk).update(status=Status.INACTIVE, active_since=None, updated_at=clock.now())
        if was_paused:
            pausing.plan_resumption(row, how="stop" if live_runs == "stop" else "shift", per_minute=None)
    stopped = stop_all(live_runs_of(workflow), reason="deactivated") if live_runs == "stop" else 0
    pausing.carry_on(workflow)
    workflow.refresh_from_db()
    return stopped


def duplicate(workflow: Workflow, *, user: User | None = None) -> Workflow:
    """Make a draft with the content of a workflow's draft."""
    return create_workflow(name=_("Copy of %(name)s") % {"name": workflow.name}, user=user, document=workflow.draft)


def remove(workflow: Workflow) -> bool:
    """Delete a workflow that never ran, archive one that did; true when it was deleted. Refused while it is live."""
    with transaction.atomic():
        row = db.locked(Workflow.objects.filter(pk=workflow.pk)).get()
        if row.status in {Status.ACTIVE, Status.PAUSED}:
            raise Refused(_("Switch the workflow off first."))
        if row.version_id is not None or Run.objects.filter(workflow=row).exists():
            Workflow.objects.filter(pk=row.pk).update(status=Status.ARCHIVED, updated_at=clock.now())
            return False
        row.delete()
        return True


def _next_version(workflow: Workflow, frozen: dict[str, object], digest: str, user: User | None) -> Version:
    last = Version.objects.filter(workflow=workflow).order_by("-number").values_list("number", flat=True).first()
    return Version.objects.create(
        workflow=workflow,
        number=(last or 0) + 1,
        definition=frozen,
        digest=digest,
        listens=bool(heard_in(parse(frozen))),
        activated_at=clock.now(),
        activated_by=user.get_username() if user else "",
    )
