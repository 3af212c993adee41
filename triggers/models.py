"""The ledger of events."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.cause import Caused
from crm.models import Profile


class Kind(models.TextChoices):
    """The facts that can start, update or stop something; stored for ever."""

    PROFILE_CREATED = "profile_created", _("Profile created")
    FIELD_CHANGED = "field_changed", _("Profile field changed")
    TAG_ADDED = "tag_added", _("Tag added")
    TAG_REMOVED = "tag_removed", _("Tag removed")
    CONSENT_CHANGED = "consent_changed", _("Consent changed")
    ORDER_CREATED = "order_created", _("Order created")
    ORDER_STATUS_CHANGED = "order_status_changed", _("Order status changed")
    ORDER_AMOUNT_CHANGED = "order_amount_changed", _("Order amount changed")
    ORDER_PAID = "order_paid", _("Order paid")
    ORDER_FAILED = "order_failed", _("Payment failed")
    CART_PUSHED = "cart_pushed", _("Cart updated")
    CART_ENDED = "cart_ended", _("Cart ended")
    CART_IDLE = "cart_idle", _("Cart abandoned")
    MOVEMENT_MADE = "movement_made", _("Points moved")
    PARTICIPATION_STARTED = "participation_started", _("Participation started")
    PARTICIPATION_COMPLETED = "participation_completed", _("Participation completed")
    REFERRAL_CREATED = "referral_created", _("Referral created")
    REFERRAL_VALIDATED = "referral_validated", _("Referral validated")
    API_CALLED = "api_called", _("API call")
    DATE_REACHED = "date_reached", _("Date reached")
    MESSAGE_OPENED = "message_opened", _("Message opened")
    MESSAGE_CLICKED = "message_clicked", _("Link clicked")


#: facts that no change states: a scheduler finds them some time after they were due
BY_CLOCK = frozenset({Kind.CART_IDLE, Kind.DATE_REACHED})


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about the ledger."""

    def unhandled(self) -> "EventQuerySet":
        """Return events not yet dispatched, oldest first."""
        return self.filter(handled_at__isnull=True).order_by("id")


class Event(Caused):
    """A fact about a profile, as it was seen when it happened; append-only but for `handled_at` and `error`."""

    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="events", verbose_name=_("profile"), db_index=False
    )
    #: what triggers match on first: the API identifier, field, consent, tag, or source of a movement
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    #: which thing it is about: the cart's or call's key, the order's reference
    key = models.CharField(_("key"), max_length=150, blank=True, default="")
    snapshot = models.JSONField(_("what was seen"), default=dict)
    once = models.CharField(max_length=150, null=True, unique=True, editable=False)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))
    handled_at = models.DateTimeField(_("handled"), null=True)
    error = models.TextField(_("error"), blank=True, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # dispatch: the next events
            models.Index(fields=["id"], name="event_unhandled", condition=Q(handled_at__isnull=True)),
            # dispatch: the next events of locked profiles
            models.Index(fields=["profile", "id"], name="event_next_of_profile", condition=Q(handled_at__isnull=True)),
            # the profile's timeline
            models.Index(fields=["profile", "id"], name="event_of_profile"),
            # the list, filtered by kind
            models.Index(fields=["kind", "-id"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()


class DateWatch(models.Model):
    """The span of time in which the dates of a rule (T15) have been looked at, by whichever scheduler."""

    #: `DateRule.key`
    rule = models.CharField(max_length=100, unique=True)
    seen_from = models.DateTimeField()
    seen_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.rule
