"""Mailings: newsletters, which go to an audience once, and scenarios, which stand."""

import uuid
from datetime import datetime, time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from crm.models.message import Segment, Template

#: more days than a rule can look back
MOST_DAYS = 3650


class Mailing(models.Model):
    """What both have: a message, and the ground on which it is sent."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+", verbose_name=_("template"))
    purpose = models.CharField(
        _("kind"),
        max_length=10,
        choices=Template.Kind,
        default=Template.Kind.MARKETING,
        help_text=_("Marketing needs an accepted consent and carries a link to unsubscribe; service, a legal basis."),
    )
    #: technical names, one of which must be accepted
    consents = models.JSONField(_("consents"), default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Questions about newsletters."""

    def to_begin(self, now: datetime) -> "NewsletterQuerySet":
        """Return those whose time has come."""
        return self.filter(status=Newsletter.Status.SCHEDULED, send_at__lte=now).order_by("send_at", "id")

    def under_way(self) -> "NewsletterQuerySet":
        """Return those that are being prepared or sent."""
        return self.filter(status__in=[Newsletter.Status.PREPARING, Newsletter.Status.SENDING]).order_by("id")


class Newsletter(Mailing):
    """A mailing to a segment at a time: draft → scheduled → preparing → sending ⇄ paused → sent or cancelled."""

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PREPARING = "preparing", _("Being prepared")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    segment = models.ForeignKey(
        Segment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("segment"),
        help_text=_("Empty: everybody who accepts it."),
    )
    per_minute = models.PositiveIntegerField(
        _("at most so many a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("Empty: as fast as the mail server takes them."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    send_at = models.DateTimeField(_("send at"), null=True, blank=True)
    #: why it was paused or could not begin
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    #: since it began: the content in each language, the audience's rules and those of segments inside it
    frozen = models.JSONField(default=dict, editable=False)
    #: preparation: profiles up to `cursor` have been looked at, `last_profile` is the last of the audience
    cursor = models.BigIntegerField(default=0, editable=False)
    last_profile = models.BigIntegerField(default=0, editable=False)
    planned = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    began_at = models.DateTimeField(_("began"), null=True, editable=False)
    prepared_at = models.DateTimeField(_("prepared"), null=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    history = HistoricalRecords(
        excluded_fields=["frozen", "cursor", "last_profile", "planned", "prepared_at", "released_at"]
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-id"]
        permissions = [("send_newsletter", "Can send newsletters")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(send_at__isnull=False), name="newsletter_scheduled_has_a_time"
            ),
        ]
        # what the scheduler looks for every second
        indexes = [models.Index(fields=["status", "send_at"], name="newsletter_by_status")]


class Scenario(Mailing):
    """A standing mailing with a rule; each profile gets it once for each occasion."""

    class Rule(models.TextChoices):
        """When it goes out."""

        BIRTHDAY = "birthday", _("On the birthday")
        AFTER_SIGNUP = "after_signup", _("Days after sign-up")
        WITHOUT_ORDER = "without_order", _("Days without an order")
        AFTER_PURCHASE = "after_purchase", _("Days after a purchase")

    rule = models.CharField(_("rule"), max_length=16, choices=Rule)
    days = models.PositiveIntegerField(
        _("days"), default=0, validators=[MaxValueValidator(MOST_DAYS)], help_text=_("Not used by birthdays.")
    )
    at_time = models.TimeField(
        _("time of day"), default=time(9), help_text=_("In the time zone of each profile, else the shop's.")
    )
    is_active = models.BooleanField(_("active"), default=False)
    #: everything that came due up to here has been planned; nothing from before is made up
    checked_until = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["checked_until"])

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["name"]
        permissions = [("activate_scenario", "Can switch scenarios on and off")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(checked_until__isnull=False), name="scenario_active_is_checked"
            ),
        ]
