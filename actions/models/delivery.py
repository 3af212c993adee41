"""Deliveries: everything that leaves the house, from the plan to its end."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models.content import Content
from crm.models import Profile


class Channel(models.TextChoices):
    """How a delivery leaves."""

    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")
    BREVO = "brevo", _("Brevo")


class Status(models.TextChoices):
    """planned → leased → sending → sent, failed, skipped or unknown (docs/design.md, section 2)."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    LEASED = "leased", _("Taken")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped")
    UNKNOWN = "unknown", _("Unknown")


#: a message that is due for so long is late: its server is away, or nobody works
LATE = timedelta(minutes=5)
ENDED = frozenset({Status.SENT, Status.FAILED, Status.SKIPPED, Status.UNKNOWN})
UNDER_WAY = frozenset(Status) - ENDED


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Return those to be sent now, longest due first."""
        return self.filter(status=Status.PLANNED, due_at__lte=now).order_by("due_at", "id")

    def late(self, now: datetime) -> "DeliveryQuerySet":
        """Return those that should have left minutes ago."""
        return self.filter(status=Status.PLANNED, channel__in=Channel.values, due_at__lt=now - LATE)

    def under_way(self) -> "DeliveryQuerySet":
        """Return those that have not ended."""
        return self.exclude(status__in=ENDED)


class Delivery(models.Model):
    """One message to one recipient; its `uid` is the Message-ID or webhook-id, the same in every attempt."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    # A delivery is written four times, each time into every index: none that another one serves, or nobody reads.
    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="deliveries", db_index=False, verbose_name=_("profile")
    )
    recipient = models.CharField(_("to"), max_length=500)
    content = models.ForeignKey(Content, models.PROTECT, related_name="+", db_index=False)
    #: the merge data frozen at planning
    context = models.JSONField(default=dict)
    #: how it may leave: {"purpose": "marketing"|"service"|"contact"|"team"|"none", "consents": [names],
    #: "window": send_window.py}
    rules = models.JSONField(default=dict)
    subject = models.CharField(_("subject"), max_length=250, blank=True, default="")
    workflow_id = models.BigIntegerField(_("workflow"), null=True)
    run_id = models.BigIntegerField(_("run"), null=True)
    step_id = models.CharField(_("step"), max_length=36, blank=True, default="")
    event_id = models.BigIntegerField(_("event"), null=True)
    newsletter_id = models.BigIntegerField(_("newsletter"), null=True)
    scenario_id = models.BigIntegerField(_("scenario"), null=True)
    #: what a scenario wrote for, so that it does so once: a birthday's year, the day of a purchase …
    occasion = models.CharField(max_length=40, blank=True, default="", editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PLANNED)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    planned_at = models.DateTimeField(_("planned"))
    due_at = models.DateTimeField(_("due"), null=True)
    #: when a guard put it off for the first time
    put_off_at = models.DateTimeField(null=True, editable=False)
    #: of what is repeated although nobody knows whether it was taken: when it may have been for the first time
    unsure_since = models.DateTimeField(null=True, editable=False)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True)
    provider_id = models.CharField(_("provider's id"), max_length=200, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["run_id", "step_id", "recipient"], name="delivery_once_per_step"),
            models.UniqueConstraint(
                fields=["newsletter_id", "profile"],
                condition=Q(newsletter_id__isnull=False),
                name="delivery_once_per_newsletter",
            ),
            models.UniqueConstraint(
                fields=["scenario_id", "profile", "occasion"],
                condition=Q(scenario_id__isnull=False),
                name="delivery_once_per_occasion",
            ),
        ]
        indexes = [
            # deliver: what is due on a channel
            models.Index(fields=["channel", "due_at", "id"], name="delivery_due", condition=Q(status="planned")),
            # the sweep: leases and sends whose worker is dead
            models.Index(
                fields=["leased_until"], name="delivery_leased", condition=Q(status__in=["leased", "sending"])
            ),
            # the profile's timeline
            models.Index(fields=["profile", "-id"], name="delivery_of_profile"),
            # what is under way (no end yet); what ended lately, for the first page
            models.Index(fields=["ended_at"], name="delivery_by_end"),
            # pausing and the figures of a workflow
            models.Index(fields=["workflow_id", "status"], name="delivery_of_workflow"),
            # releasing, pausing and the figures of a newsletter; the figures of a scenario
            models.Index(
                fields=["newsletter_id", "status", "ended_at", "id"],
                name="delivery_of_newsletter",
                condition=Q(newsletter_id__isnull=False),
            ),
            # releasing: those of a newsletter that were put off
            models.Index(
                fields=["newsletter_id", "due_at", "id"],
                name="delivery_put_off",
                condition=Q(status="held", newsletter_id__isnull=False, put_off_at__isnull=False),
            ),
            models.Index(
                fields=["scenario_id", "status"],
                name="delivery_of_scenario",
                condition=Q(scenario_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.uid)
