"""Tracks: what became of a message after it left, one row for each thing that was heard of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actions.models.delivery import Delivery
from crm.models import Profile
from crm.tracked import AppendOnly


class Track(AppendOnly):
    """Something heard of a delivery; what machines did is kept apart (`is_machine`), never left out.

    `is_first` marks the first row of its kind, of people and of machines each: figures count those.
    """

    class Kind(models.TextChoices):
        """What was heard; stored for ever."""

        DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
        OPEN = "open", _("Opened")
        CLICK = "click", _("Clicked")
        SOFT_BOUNCE = "soft_bounce", _("Could not be delivered for now")
        HARD_BOUNCE = "hard_bounce", _("Bounced")
        REFUSED = "refused", _("Refused by the provider")
        COMPLAINT = "complaint", _("Complaint")
        UNSUBSCRIBE = "unsubscribe", _("Unsubscribed")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tracks", db_index=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="tracks", db_index=False)
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    #: which message it is, of all that are sent (triggers.messages): newsletter:…, scenario:…, workflow:…
    message = models.CharField(max_length=80, blank=True, default="")
    is_machine = models.BooleanField(_("by a machine"), default=False)
    is_first = models.BooleanField(default=False)
    #: how a machine was recognised (a code of robots.WHY), or what the provider said
    why = models.CharField(_("why"), max_length=250, blank=True, default="")
    url = models.CharField(_("link"), max_length=2000, blank=True, default="")
    #: under which a provider's report counts once, however often it is sent
    once = models.CharField(max_length=64, null=True, unique=True, editable=False)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "kind", "is_machine"], condition=Q(is_first=True), name="track_first_once"
            ),
        ]
        indexes = [
            # all that is known of a delivery
            models.Index(fields=["delivery", "id"], name="track_of_delivery"),
            # C13: what a profile opened and clicked
            models.Index(fields=["profile", "kind", "occurred_at"], name="track_of_profile"),
            # the figures of a message
            models.Index(fields=["message", "kind"], name="track_of_message", condition=Q(is_first=True)),
            # the spam rate
            models.Index(fields=["recorded_at"], name="track_complaints", condition=Q(kind="complaint")),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
