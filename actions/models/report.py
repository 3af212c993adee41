"""What providers tell of a message after they took it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from actions.models.delivery import Delivery


class DeliveryReport(models.Model):
    """One state of a message, as its provider told it; each once."""

    class State(models.TextChoices):
        """What became of it."""

        SENT = "sent", _("Passed on")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        CLICKED = "clicked", _("Clicked")
        DEFERRED = "deferred", _("Delayed")
        FAILED = "failed", _("Not delivered")
        COMPLAINT = "complaint", _("Complaint")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reports", db_index=False)
    state = models.CharField(_("state"), max_length=12, choices=State)
    code = models.CharField(_("code"), max_length=40, blank=True, default="")
    detail = models.CharField(_("detail"), max_length=300, blank=True, default="")
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("report of a delivery")
        verbose_name_plural = _("reports of deliveries")
        constraints = [
            # providers repeat themselves; also serves the page of a delivery
            models.UniqueConstraint(fields=["delivery", "state", "code", "detail"], name="report_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())
