"""The rights of people: erasures, objections that outlive them, exports, and how long what is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from crm.models.profile import Profile


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Questions about erasures."""

    def waiting(self) -> "ErasureQuerySet":
        """Return those that the scheduler goes on with."""
        return self.filter(done_at=None, stopped_by="")

    def parked(self) -> "ErasureQuerySet":
        """Return those that an error stopped."""
        return self.filter(done_at=None).exclude(stopped_by="")


class Erasure(models.Model):
    """The erasure of one profile; `identifiers` and `progress` live until it is done."""

    profile = models.OneToOneField(Profile, models.PROTECT, related_name="erasure", verbose_name=_("profile"))
    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.CharField(_("by"), max_length=150, blank=True, default="")
    #: what finds the rows that do not point at the profile: addresses, numbers, ids; emptied at the end
    identifiers = models.JSONField(default=list)
    #: kind of table → the last id that was gone through
    progress = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("rows gone through"), default=0)
    done_at = models.DateTimeField(_("completed"), null=True)
    #: when somebody last went on with it: who waits longest is next
    tried_at = models.DateTimeField(_("last tried"), null=True)
    #: where it stopped and at what kind of error, without a word of the row; it waits until somebody tries again
    stopped_by = models.CharField(_("stopped by"), max_length=200, blank=True, default="")

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        # the sweep
        indexes = [models.Index(fields=["id"], name="erasure_under_way", condition=models.Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"#{self.profile_id}"


class Objection(models.Model):
    """What an erased person had objected to, under a keyed hash of an address of theirs (ADR 0017)."""

    digest = models.CharField(max_length=64, unique=True)
    #: kind of objection → what its kind keeps
    marks = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("objection of an erased person")
        verbose_name_plural = _("objections of erased persons")

    def __str__(self) -> str:
        return self.digest[:8]


class ProfileExport(models.Model):
    """All that is known of one profile, made ready to be downloaded once."""

    class Format(models.TextChoices):
        """How it is written."""

        JSON = "json", _("JSON, for machines")
        ZIP = "zip", _("ZIP with a page to read")

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="exports", verbose_name=_("profile"))
    format = models.CharField(_("format"), max_length=4, choices=Format)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("by"), max_length=150, blank=True, default="")
    downloaded_at = models.DateTimeField(_("downloaded"), null=True)

    class Meta:
        verbose_name = _("export of a profile")
        verbose_name_plural = _("exports of profiles")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.profile_id}"


class RetentionRule(models.Model):
    """How long a class of data is kept, where somebody chose, and how far it was cleared."""

    kind = models.CharField(_("data"), max_length=40, unique=True)
    #: NULL: for ever
    days = models.PositiveIntegerField(_("kept for (days)"), null=True, blank=True)
    #: whether somebody chose the days; else they are the default of the class
    is_chosen = models.BooleanField(default=False)
    #: what is older may be cleared; never goes back
    horizon = models.DateTimeField(_("cleared until"), null=True)
    #: the last id gone through, and the ids passed over because they were still in use
    cursor = models.BigIntegerField(default=0)
    left = models.JSONField(default=list)
    cleared = models.PositiveBigIntegerField(_("cleared so far"), default=0)
    #: what went wrong in the last turn; empty: nothing
    error = models.CharField(_("error"), max_length=500, blank=True, default="")
    history = HistoricalRecords(excluded_fields=["horizon", "cursor", "left", "cleared", "error"])

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")

    def __str__(self) -> str:
        return self.kind
