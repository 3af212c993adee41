"""Runs of workflows and why there is or is not one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import Profile
from triggers.models import Event
from workflows.exits import KEYS
from workflows.models.workflow import Version, Workflow


class Status(models.TextChoices):
    """Waiting (due or not), held by a pause, or at one of the three ends; parked when a bug or poison stopped it."""

    WAITING = "waiting", _("Under way")
    HELD = "held", _("Held")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


LIVE = frozenset({Status.WAITING, Status.HELD})


def live_key_of(profile_id: int, workflow_id: int, key: str) -> str:
    """Return what a keyed run holds while it lives, so that there is one for each profile, workflow and key."""
    return f"{workflow_id}:{profile_id}:{key}"


class Run(models.Model):
    """One profile on its way through one version; `position` and `phase` say where it stands."""

    workflow = models.ForeignKey(
        Workflow, models.PROTECT, related_name="runs", verbose_name=_("workflow"), db_index=False
    )
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"), db_index=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="runs", verbose_name=_("profile"), db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name=_("started by"))
    #: the event whose snapshot is the run's data: the starter, or the last push of its cart
    latest = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name=_("data of"))
    #: which trigger of the version started it
    trigger = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(_("key"), max_length=150, blank=True, default="")
    #: workflow:profile:key while it lives, else NULL
    live_key = models.CharField(max_length=220, null=True, unique=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    #: id of the step it stands at; empty before the first
    position = models.CharField(max_length=36, blank=True, default="")
    #: what it does there: "" arrives, "delayed" its delay is over, "waiting" in a wait, "listening" for an event until
    #: `due_at`, "sending" for deliveries
    phase = models.CharField(max_length=10, blank=True, default="")
    due_at = models.DateTimeField(_("next step"), null=True)
    #: while it listens: the id of the last event of its profile before, from which on events count
    listens_from = models.BigIntegerField(null=True)
    #: what steps gave (coupon …), laid over the snapshot of `latest`
    data = models.JSONField(default=dict)
    actions_done = models.PositiveSmallIntegerField(default=0)
    #: why it stopped; while it lives, why the first of its actions could not be done
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    depth = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            # advance: what is due
            models.Index(fields=["due_at", "id"], name="run_due", condition=Q(status="waiting", due_at__isnull=False)),
            # advance: what is due of the profiles that it has in hand
            models.Index(
                fields=["profile", "due_at"],
                name="run_due_of_profile",
                condition=Q(status="waiting", due_at__isnull=False),
            ),
            # the sweep: runs that wait for deliveries
            models.Index(fields=["id"], name="run_sending", condition=Q(status="waiting", phase="sending")),
            # dispatch: which runs of these profiles wait for an event
            models.Index(
                fields=["profile"],
                name="run_listening",
                condition=Q(status__in=["waiting", "held"], phase="listening"),
            ),
            # dispatch and advance: which versions have runs that wait for an event
            models.Index(
                fields=["version"],
                name="run_listening_of_version",
                condition=Q(status__in=["waiting", "held"], phase="listening"),
            ),
            # the run list of a workflow; pausing and stopping its live runs
            models.Index(fields=["workflow", "status", "-id"], name="run_of_workflow"),
            # stopping by the key of a call
            models.Index(
                fields=["key"], name="run_live_by_key", condition=Q(status__in=["waiting", "held"]) & ~Q(key="")
            ),
            # the profile page, W7 "not while one is under way", stopping keyed runs
            models.Index(fields=["profile", "workflow", "-id"], name="run_of_profile"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} #{self.pk}"


class Entry(models.Model):
    """What an event did at a workflow that was listening: once for each pair."""

    class Outcome(models.TextChoices):
        """Started a run, updated or stopped a live one, or was refused."""

        STARTED = "started", _("Started")
        UPDATED = "updated", _("Updated the run")
        STOPPED = "stopped", _("Stopped the run")
        REFUSED = "refused", _("Refused")

    workflow = models.ForeignKey(
        Workflow, models.PROTECT, related_name="entries", verbose_name=_("workflow"), db_index=False
    )
    event = models.ForeignKey(Event, models.PROTECT, related_name="entries", verbose_name=_("event"))
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+", verbose_name=_("profile"), db_index=False)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="entries", verbose_name=_("run"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [models.UniqueConstraint(fields=["workflow", "event"], name="entry_once_per_event")]
        indexes = [
            # W7: how often this profile started this workflow, since when
            models.Index(
                fields=["profile", "workflow", "recorded_at"], name="entry_started", condition=Q(outcome="started")
            ),
            # the profile page and "why did this profile not get it"
            models.Index(fields=["profile", "-id"], name="entry_of_profile"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow}: {self.get_outcome_display()}"


class Journal(models.Model):
    """What one attempt at one step saw and decided; append-only."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="journal", db_index=False)
    step_id = models.CharField(_("step"), max_length=36)
    attempt = models.PositiveSmallIntegerField(default=1)
    #: done, failed, skipped, waited, stopped, or the key of the exit that was taken (yes, no, a …)
    outcome = models.CharField(_("outcome"), max_length=12)
    saw = models.JSONField(_("saw"), default=dict)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal")
        # also serves the run page
        constraints = [models.UniqueConstraint(fields=["run", "step_id", "attempt"], name="journal_once_per_attempt")]
        # figures of branches: who went which way since when
        indexes = [models.Index(fields=["step_id", "at"], name="journal_of_exits", condition=Q(outcome__in=KEYS))]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.outcome}"
