"""How long runs and their journal are kept; what counters, limits and figures stand on stays."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.retention import RetentionClass, keep, retention_classes
from triggers.retention import needed_at_all, needed_whole
from workflows.models import DraftChange, Entry, Journal, Run, Version, Workflow
from workflows.models.run import LIVE
from workflows.personal import JournalLines, Runs


@retention_classes.register
class RunData(RetentionClass):
    """What runs that ended had gathered."""

    kind = "runs"
    model = Run
    label = _("Data of ended runs")
    meaning = _("What the steps of a run gave (coupon codes …) and its error. Blanked; the run and its end stay.")
    time = "started_at"
    days = 2 * 365
    least = 30

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those under way."""
        return {row.pk for row in rows if row.status in LIVE}

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        Runs().blank(rows)


@retention_classes.register
class WhatStepsSaw(RetentionClass):
    """What the steps of ended runs saw."""

    kind = "journal"
    model = Journal
    label = _("What steps saw")
    meaning = _("The values that conditions and actions saw. Blanked; that the step was done, and when, stays.")
    time = "at"
    days = 2 * 365
    least = 30

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those of runs under way."""
        runs = {row.run_id for row in rows}
        live = set(Run.objects.filter(pk__any_of=runs, status__in=LIVE).values_list("pk", flat=True))
        return {row.pk for row in rows if row.run_id in live}

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        JournalLines().blank(rows)


@retention_classes.register
class Refusals(RetentionClass):
    """Why events did not start a run."""

    kind = "refusals"
    model = Entry
    label = _("Refused entries")
    meaning = _("Why an event started no run. Older ones are deleted: “why did this profile not get it” ends there.")
    time = "recorded_at"
    days = 395
    least = 30

    def clear(self, rows: Sequence[Any]) -> None:
        """Delete the refused ones; those of runs are what limits count."""
        self.delete(row.pk for row in rows if row.outcome == Entry.Outcome.REFUSED)


def events_of_live_runs(keys: Sequence[int]) -> set[int]:
    """Return which events are the data of runs under way."""
    rows = Run.objects.filter(Q(event_id__any_of=keys) | Q(latest_id__any_of=keys), status__in=LIVE)
    return {pk for pair in rows.values_list("event_id", "latest_id") for pk in pair}


def events_of_runs(keys: Sequence[int]) -> set[int]:
    """Return which events a run or an entry refers to."""
    runs = Run.objects.filter(Q(event_id__any_of=keys) | Q(latest_id__any_of=keys))
    found = {pk for pair in runs.values_list("event_id", "latest_id") for pk in pair}
    return found | set(Entry.objects.filter(event_id__any_of=keys).values_list("event_id", flat=True))


needed_whole.append(events_of_live_runs)
needed_at_all.append(events_of_runs)
keep(
    Workflow,
    DraftChange,
    because=_("It is the shop's own work. Where it names somebody, an erasure takes the name out."),
)
keep(
    Version,
    because=_("Runs keep the version they started with. Where it names somebody, an erasure takes the name out."),
)
