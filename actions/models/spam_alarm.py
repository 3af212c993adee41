"""The breaker of newsletters: alarms of too many complaints, each with who lifted it and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SpamAlarm(models.Model):
    """Too many people complained: as long as an alarm is not lifted, no newsletter leaves."""

    raised_at = models.DateTimeField(_("since"))
    complaints = models.PositiveIntegerField(_("complaints"))
    sent = models.PositiveBigIntegerField(_("messages"))
    is_open = models.BooleanField(_("newsletters stand still"), default=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("lifted by")
    )
    reason = models.CharField(_("why it was lifted"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("spam alarm")
        verbose_name_plural = _("spam alarms")
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="spam_alarm_one_open"),
            models.CheckConstraint(
                condition=Q(is_open=True, lifted_at__isnull=True) | Q(is_open=False, lifted_at__isnull=False),
                name="spam_alarm_lifted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaints} / {self.sent}"

    @property
    def rate(self) -> float:
        """The complaints among a hundred messages."""
        return 100 * self.complaints / self.sent if self.sent else 100.0
