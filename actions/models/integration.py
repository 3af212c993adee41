"""What is switched on to the outside, with its secrets encrypted."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.values import email_key


class Integration(models.Model):
    """A service or target that actions may use; its kind says what its settings and secrets are."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    #: encrypted, never shown again
    secret = models.BinaryField(null=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    #: how the last test of the connection ended
    tested_at = models.DateTimeField(_("tested"), null=True, editable=False)
    is_fine = models.BooleanField(_("works"), null=True, editable=False)
    test_said = models.CharField(max_length=500, blank=True, default="", editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["name"]
        constraints = [
            # of what is no target there is one of a kind
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="webhook"), name="integration_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class Suppression(models.Model):
    """An address that must not be written to, and why."""

    class Reason(models.TextChoices):
        """What happened."""

        HARD_BOUNCE = "hard_bounce", _("The address does not exist")
        COMPLAINT = "complaint", _("Complaint")
        BY_HAND = "by_hand", _("By hand")

    channel = models.CharField(_("channel"), max_length=10, default="email")
    address = models.CharField(_("address"), max_length=320)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, default=Reason.BY_HAND)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="suppressed_once")]

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **options: Any) -> None:
        """Keep addresses comparable without regard to case."""
        self.address = email_key(self.address)
        super().save(*args, **options)
