"""Consents: what a person allowed, on which words, and every change of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from crm.cause import Caused
from crm.models.profile import Profile
from crm.tracked import AppendOnly, AppendOnlyQuerySet, Tracked


class ConsentDefinition(models.Model):
    """Something a profile may allow or that the law allows: a consent or a legal basis."""

    class Kind(models.TextChoices):
        """A consent is given; a legal basis exists until it is objected to."""

        CONSENT = "consent", _("Consent")
        LEGAL_BASIS = "legal_basis", _("Legal basis")

    name = models.CharField(
        _("technical name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z][A-Za-z0-9_-]*$", _("Letters, digits, _ and - only."))],
    )
    label = models.JSONField(_("label"), default=dict, help_text=_("One label for each language."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CONSENT)
    channels = models.JSONField(_("channels"), default=list, help_text=_("email, sms, whatsapp, phone"))
    is_double_opt_in = models.BooleanField(_("double opt-in"), default=False)
    asks_at_once = models.BooleanField(
        _("ask at once"),
        default=True,
        help_text=_("Send the mail that asks to confirm as soon as somebody accepts. Off: a workflow sends it."),
    )
    confirm_within_days = models.PositiveSmallIntegerField(
        _("confirm within (days)"), default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    confirmation_template = models.ForeignKey(
        "crm.Template",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mail that asks to confirm"),
        help_text=_("Its text holds {{ confirm_url }}. Empty: our own text, in the customer's language."),
    )
    expires_after_days = models.PositiveIntegerField(_("expires after (days)"), null=True, blank=True)
    prolonged_by = models.JSONField(_("prolonged by"), default=list, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("consent definition")
        verbose_name_plural = _("consent definitions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label_in((get_language() or "")[:2])

    def save(self, *args: Any, **options: Any) -> None:
        """Let a new duration count for the consents that were given already."""
        from crm.services.expiry import change_duration

        with transaction.atomic():
            rows = ConsentDefinition.objects.filter(pk=self.pk)
            old = rows.values_list("expires_after_days", flat=True).first() if self.pk else None
            super().save(*args, **options)
            change_duration(self, old=old)

    def label_in(self, language: str) -> str:
        """Return the label in a language, else in any that there is, else the technical name."""
        return self.label.get(language) or next(iter(self.label.values()), "") or self.name

    def wording_in(self, language: str) -> "ConsentWording | None":
        """Return the newest words in a language, else the newest in any other; None where there are none."""
        rows = self.wordings.all()  # all of them: they may be prefetched, and are few
        own = [row for row in rows if row.language == language]
        return max(own or rows, key=lambda row: (row.version, -row.pk), default=None)

    def version_seen(self, posted: str | None, language: str) -> int | None:
        """Return the version of the words that a page says it showed; for one that never was, of those it shows now."""
        wording = self.wording_in(language)
        known = {str(row.version): row.version for row in self.wordings.all()}
        return known.get(posted or "", wording.version if wording else None)


class ConsentWording(AppendOnly):
    """The words that were shown, one row for each version and language."""

    definition = models.ForeignKey(ConsentDefinition, models.PROTECT, related_name="wordings", db_index=False)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=8)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["definition", "version", "language"], name="wording_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.definition} v{self.version} ({self.language})"


class ConsentStatus(models.TextChoices):
    """Where a consent stands."""

    UNKNOWN = "unknown", _("Unknown")
    TO_CONFIRM = "to_confirm", _("To confirm")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class Consent(Tracked):
    """Where one consent of one profile stands now."""

    profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="consents", verbose_name=_("profile"), db_index=False
    )
    definition = models.ForeignKey(
        ConsentDefinition, models.PROTECT, related_name="+", verbose_name=_("consent"), db_index=False
    )
    status = models.CharField(_("status"), max_length=10, choices=ConsentStatus, default=ConsentStatus.UNKNOWN)
    source = models.CharField(_("source"), max_length=60, blank=True, default="")
    source_id = models.CharField(_("source id"), max_length=120, blank=True, default="")
    wording_version = models.PositiveIntegerField(_("wording version"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, editable=False)

    silent_columns = frozenset({"source", "source_id", "wording_version", "changed_at", "expires_at"})

    #: set on the instance by the service that confirms: only then does double opt-in let it be accepted
    is_confirmation: bool = False

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["profile", "definition"], name="consent_once_per_profile")]
        indexes = [
            # C7 over a segment
            models.Index(fields=["definition", "status"], name="consent_by_status"),
            # the nightly expiry
            models.Index(fields=["expires_at"], name="consent_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.definition}: {self.get_status_display()}"

    def waits(self, now: datetime) -> bool:
        """Tell whether it waits to be confirmed, and the question has not run out."""
        return self.status == ConsentStatus.TO_CONFIRM and (self.expires_at is None or self.expires_at > now)

    def settle(self, before: Mapping[str, Any]) -> None:
        """Refuse what the law refuses (a refused legal basis goes to unknown first) and stamp the time."""
        from crm.services.consents import settle_consent

        settle_consent(self, before)


class ConsentChange(AppendOnly, Caused):
    """One line of the history of a consent; never changed."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="consent_changes", db_index=False)
    definition = models.ForeignKey(ConsentDefinition, models.PROTECT, related_name="+")
    old_status = models.CharField(_("before"), max_length=10, choices=ConsentStatus)
    status = models.CharField(_("status"), max_length=10, choices=ConsentStatus)
    source = models.CharField(_("source"), max_length=60, blank=True, default="")
    source_id = models.CharField(_("source id"), max_length=120, blank=True, default="")
    wording_version = models.PositiveIntegerField(_("wording version"), null=True, blank=True)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent change")
        verbose_name_plural = _("consent changes")
        # the profile page
        indexes = [models.Index(fields=["profile", "-id"], name="consent_change_of_profile")]
