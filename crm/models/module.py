"""Modules (games, forms, referral…), who took part, and who brought whom."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.cause import Origin, current
from crm.models.coupon import CouponPool
from crm.models.profile import Profile
from crm.tracked import Tracked


class Module(models.Model):
    """A game, form, quiz, coupon distribution or referral module; `settings` holds what its kind needs."""

    class Kind(models.TextChoices):
        """What it is."""

        GAME = "game", _("Game")
        FORM = "form", _("Form")
        QUIZ = "quiz", _("Quiz")
        COUPONS = "coupons", _("Coupon distribution")
        REFERRAL = "referral", _("Referral")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Participation(Tracked):
    """A profile took part in a module."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="participations", verbose_name=_("module"))
    profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="participations", verbose_name=_("profile"), db_index=False
    )
    is_complete = models.BooleanField(_("complete"), default=False)
    is_winner = models.BooleanField(_("winner"), default=False)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    #: who or what recorded that it began; empty: recorded before this was kept
    origin = models.CharField(_("origin"), max_length=16, choices=Origin, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        # C11
        indexes = [models.Index(fields=["profile", "module"], name="participation_of_profile")]

    def __str__(self) -> str:
        return f"{self.profile} – {self.module}"

    def settle(self, before: Mapping[str, Any]) -> None:
        """Stamp the times and, on a new one, the origin."""
        now = clock.now()
        if self._state.adding:
            self.origin = current().origin
        if self.is_complete and not before.get("is_complete"):
            self.completed_at = now
        elif not self.is_complete:
            self.completed_at = None
        self.created_at = self.created_at or now
        self.updated_at = now


class ReferralSettings(models.Model):
    """The objectives and the rewards of a referral module."""

    module = models.OneToOneField(Module, models.CASCADE, related_name="referral_settings")
    needs_signup = models.BooleanField(_("the referee signed up"), default=True)
    needs_confirmed_email = models.BooleanField(_("the referee confirmed the e-mail"), default=False)
    needs_order = models.BooleanField(_("the referee ordered"), default=True)
    minimum_order = models.PositiveBigIntegerField(_("for at least"), default=0, help_text=_("In cents."))
    sponsor_points = models.PositiveIntegerField(_("points for the sponsor"), default=0)
    referee_points = models.PositiveIntegerField(_("points for the referee"), default=0)
    sponsor_pool = models.ForeignKey(
        CouponPool, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coupon for the sponsor")
    )
    referee_pool = models.ForeignKey(
        CouponPool, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coupon for the referee")
    )
    takes_back = models.BooleanField(
        _("take back what was given when the order is cancelled or refunded"), default=True
    )

    class Meta:
        verbose_name = _("referral settings")
        verbose_name_plural = _("referral settings")

    def __str__(self) -> str:
        return str(self.module)


class Referral(Tracked):
    """A sponsor (parrain) brought a referee (filleul)."""

    class Status(models.TextChoices):
        """Pending until all objectives are met."""

        PENDING = "pending", _("Pending")
        VALIDATED = "validated", _("Validated")

    module = models.ForeignKey(Module, models.PROTECT, related_name="referrals", verbose_name=_("module"))
    sponsor = models.ForeignKey(
        Profile, models.PROTECT, related_name="sponsored", verbose_name=_("sponsor"), db_index=False
    )
    referee = models.OneToOneField(Profile, models.PROTECT, related_name="sponsorship", verbose_name=_("referee"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    objectives = models.JSONField(_("objectives reached"), default=list, blank=True)
    order = models.ForeignKey("crm.Order", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)
    validated_at = models.DateTimeField(_("validated"), null=True, blank=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [models.CheckConstraint(condition=~Q(sponsor=F("referee")), name="nobody_sponsors_themself")]
        # C12 and the profile page
        indexes = [models.Index(fields=["sponsor", "status"], name="referral_of_sponsor")]

    def __str__(self) -> str:
        return f"{self.sponsor} → {self.referee}"

    def locked_profile_ids(self) -> list[int]:
        """Lock both."""
        return [self.sponsor_id, self.referee_id]

    def settle(self, before: Mapping[str, Any]) -> None:
        """Apply the rules of sponsoring; raises Invalid or Refused."""
        from crm.services.referrals import settle_referral

        settle_referral(self, before)
