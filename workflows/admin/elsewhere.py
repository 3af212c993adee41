"""What pages below show of workflows: runs on the timeline of a profile, entries on the page of an event."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.admin.display import page_of
from crm.admin.panels import Panel
from crm.admin.timeline import Source, TimelineRow, sources
from crm.models import Profile
from triggers.admin.events import event_panels
from triggers.models import Event
from workflows.admin.entries import TONES as ENTRY_TONES
from workflows.admin.runs import TONES
from workflows.models import Entry, Run
from workflows.models.run import Status
from workflows.reasons import say_reason

_ICONS = {
    Status.WAITING: "play_circle",
    Status.HELD: "pause_circle",
    Status.DONE: "check_circle",
    Status.STOPPED: "stop_circle",
    Status.FAILED: "error",
}


@sources.register
class Runs(Source):
    """The runs of a profile, each at its start."""

    kind = "runs"
    label = _("Runs")
    permission = "workflows.view_run"

    def rows(self, profile: Profile, before: int | None, limit: int) -> Sequence[TimelineRow]:
        """Return the newest runs."""
        runs = Run.objects.filter(profile=profile).select_related("workflow").defer("data")
        if before is not None:
            runs = runs.filter(pk__lt=before)
        return [_row_of(run) for run in runs.order_by("-id")[:limit]]


@sources.register
class Refusals(Source):
    """What did not start for a profile, and why."""

    kind = "refusals"
    label = _("Not started")
    permission = "workflows.view_entry"

    def rows(self, profile: Profile, before: int | None, limit: int) -> Sequence[TimelineRow]:
        """Return the newest refusals."""
        entries = Entry.objects.filter(profile=profile, outcome=Entry.Outcome.REFUSED).select_related("workflow")
        if before is not None:
            entries = entries.filter(pk__lt=before)
        return [_refusal(entry) for entry in entries.order_by("-id")[:limit]]


@event_panels.register
class Entries(Panel):
    """What an event did at each workflow that listened."""

    kind = "entries"
    title = _("What came of it")
    template = "workflows/entries.html"
    order = 10
    permission = "workflows.view_entry"

    def context(self, row: Event) -> Mapping[str, Any]:
        """Return the entries, each with its run where it has one."""
        entries = Entry.objects.filter(event=row).select_related("workflow").order_by("id")
        return {
            "is_handled": row.handled_at is not None,
            "entries": [
                {
                    "workflow": entry.workflow,
                    "outcome": entry.get_outcome_display(),
                    "tone": ENTRY_TONES[entry.outcome],
                    "reason": say_reason(entry.reason) if entry.reason else "",
                    "url": page_of("workflows.run", entry.run_id) if entry.run_id else "",
                }
                for entry in entries
            ],
        }


def _refusal(entry: Entry) -> TimelineRow:
    return TimelineRow(
        at=entry.recorded_at,
        icon="block",
        title=_now("Workflow “%(name)s” did not start") % {"name": entry.workflow},
        detail=say_reason(entry.reason),
        url=page_of("triggers.event", entry.event_id),
        key=entry.pk,
    )


def _row_of(run: Run) -> TimelineRow:
    status = Status(run.status)
    said = [run.get_status_display(), say_reason(run.reason) if run.reason else run.error[:120]]
    return TimelineRow(
        at=run.started_at,
        icon=_ICONS[status],
        title=_now("Workflow “%(name)s”") % {"name": run.workflow},
        detail=" · ".join(str(part) for part in said if part),
        url=page_of("workflows.run", run.pk),
        key=run.pk,
        tone=TONES.get(status, ""),
    )
