"""The frequency caps of the shop (W10), and what of them each profile has used."""

from datetime import UTC, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from actions.models.delivery import Channel
from crm.models import Profile


class FrequencyCap(models.Model):
    """At most so many marketing messages for each profile within any period of that length, on one channel."""

    class Unit(models.TextChoices):
        """What periods are counted in."""

        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        WEEKS = "weeks", _("weeks")

    class Over(models.TextChoices):
        """What becomes of a message that is one too many."""

        SKIP = "skip", _("Skip it")
        WAIT = "wait", _("Let it wait")

    channel = models.CharField(_("channel"), max_length=10, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    most = models.PositiveSmallIntegerField(
        _("at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    every = models.PositiveSmallIntegerField(
        _("within"), default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.DAYS)
    over = models.CharField(_("a message beyond it"), max_length=4, choices=Over, default=Over.SKIP)
    wait_hours = models.PositiveSmallIntegerField(
        _("waits at most (hours)"), default=24, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("frequency cap")
        verbose_name_plural = _("frequency caps")
        ordering = ["channel"]
        constraints = [
            models.CheckConstraint(condition=Q(most__gte=1, every__gte=1, wait_hours__gte=1), name="cap_lets_some_pass")
        ]

    def __str__(self) -> str:
        return str(dict(Channel.choices).get(self.channel, self.channel))

    @property
    def period(self) -> timedelta:
        """The length of the period."""
        return timedelta(**{self.unit: self.every})

    def describe(self) -> str:
        """Say it in the current language."""
        words = {
            "hours": ngettext("%(n)d hour", "%(n)d hours", self.every),
            "days": ngettext("%(n)d day", "%(n)d days", self.every),
            "weeks": ngettext("%(n)d week", "%(n)d weeks", self.every),
        }
        said = ngettext(
            "at most %(n)d message within %(period)s", "at most %(n)d messages within %(period)s", self.most
        )
        return said % {"n": self.most, "period": words[self.unit] % {"n": self.every}}


class CapUse(models.Model):
    """The marketing messages that a profile got of late on a channel with a cap: the row that senders lock."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10)
    #: [[delivery id, instant in ISO 8601], …], no more than the cap allows
    spent = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "channel"], name="cap_use_once_per_channel")]

    def __str__(self) -> str:
        return f"{self.channel} #{self.profile_id}"

    @property
    def last_at(self) -> datetime:
        """When the newest place was taken; the beginning of time where none is."""
        return max((datetime.fromisoformat(at) for _pk, at in self.spent), default=datetime.min.replace(tzinfo=UTC))
