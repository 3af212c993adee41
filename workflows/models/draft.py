"""What a draft was before each change, for undo and for who changed what."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import Workflow


class DraftChange(models.Model):
    """A change of a draft: the document as it was before, and what was done to it."""

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="draft_changes", db_index=False)
    #: the revision that the change made
    revision = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    summary = models.CharField(_("change"), max_length=200, blank=True, default="")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(_("when"))

    #: how many are kept for each workflow
    KEPT: ClassVar = 50

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        # also serves undo, which takes the newest
        constraints = [models.UniqueConstraint(fields=["workflow", "revision"], name="draft_change_once_per_revision")]

    def __str__(self) -> str:
        return self.summary
