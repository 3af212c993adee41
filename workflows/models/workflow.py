"""Workflows and their immutable versions."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.tracked import AppendOnly


class Status(models.TextChoices):
    """The life of a workflow (spec section 7)."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    INACTIVE = "inactive", _("Inactive")
    ARCHIVED = "archived", _("Archived")


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    """Questions about workflows."""

    def live(self) -> "WorkflowQuerySet":
        """Return those that events may reach: active, or paused (which refuse and say so)."""
        return self.filter(status__in=[Status.ACTIVE, Status.PAUSED], version__isnull=False)


class Workflow(models.Model):
    """A workflow: its draft, its live version and its counters (which equal the runs they count)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    #: the definition being edited (definition.py), as cleaned by the forms
    draft = models.JSONField(default=dict)
    draft_revision = models.PositiveIntegerField(default=0)
    version = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+", verbose_name=_("version"))
    #: since when it is live without a break; events recorded before it start nothing
    active_since = models.DateTimeField(_("active since"), null=True)
    paused_at = models.DateTimeField(_("paused"), null=True)
    #: after a pause: how what was held goes on (services/pausing.py), until all of it does
    resuming = models.JSONField(null=True)
    #: its messages leave beyond the frequency cap and do not count (W10)
    is_cap_exempt = models.BooleanField(_("exempt from the frequency cap"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    total = models.PositiveBigIntegerField(_("total"), default=0)
    under_way = models.PositiveBigIntegerField(_("under way"), default=0)
    succeeded = models.PositiveBigIntegerField(_("succeeded"), default=0)
    stopped = models.PositiveBigIntegerField(_("stopped"), default=0)
    failed = models.PositiveBigIntegerField(_("failed"), default=0)

    COUNTERS: ClassVar = ("total", "under_way", "succeeded", "stopped", "failed")

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        ordering = ["name", "id"]
        permissions = [
            ("activate_workflow", "Can activate, pause and deactivate workflows"),
            ("exempt_workflow", "Can exempt workflows from the frequency cap"),
        ]

    def __str__(self) -> str:
        return self.name


class Version(AppendOnly):
    """What was activated, numbered and frozen: runs keep theirs."""

    workflow = models.ForeignKey(
        Workflow, models.PROTECT, related_name="versions", verbose_name=_("workflow"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    #: SHA-256 of the definition and the contents it froze; what the preview showed
    digest = models.CharField(max_length=64)
    #: whether one of its blocks waits for an event
    listens = models.BooleanField(default=False, editable=False)
    activated_at = models.DateTimeField(_("activated"))
    activated_by = models.CharField(_("by"), max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["workflow", "number"], name="version_numbered_once")]
        # dispatch and advance: whose runs may wait for an event
        indexes = [models.Index(fields=["id"], name="version_listens", condition=models.Q(listens=True))]

    def __str__(self) -> str:
        return f"{self.workflow} v{self.number}"
