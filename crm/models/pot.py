"""The pot (cagnotte): a ledger of points and its balance."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from crm.cause import Caused
from crm.models.profile import Profile
from crm.tracked import Tracked, UntrackedWrite


class Pot(models.Model):
    """The balance of a profile's points; moved by the movements service only."""

    profile = models.OneToOneField(Profile, models.CASCADE, related_name="pot", verbose_name=_("profile"))
    balance = models.BigIntegerField(_("balance"), default=0)
    earned = models.BigIntegerField(_("earned in total"), default=0)
    movements_count = models.PositiveIntegerField(_("movements"), default=0)
    updated_at = models.DateTimeField(_("updated"), null=True)

    class Meta:
        verbose_name = _("pot")
        verbose_name_plural = _("pots")
        # the list, richest first, and C4 over a segment
        indexes = [models.Index(fields=["-balance"], name="pot_by_balance")]

    def __str__(self) -> str:
        return f"{self.balance}"


class Movement(Tracked, Caused):
    """Points that came or went; written once, with its number and the balance after it."""

    class Source(models.TextChoices):
        """Why points moved (spec section 1)."""

        REFERRAL = "referral", _("Referral")
        BACK_OFFICE = "back_office", _("Back-office")
        ORDER_POINTS = "order_points", _("Order points")
        API = "api", _("API")
        WORKFLOW = "workflow", _("Workflow")
        REWARD = "reward", _("Reward")

    pot = models.ForeignKey(Pot, models.PROTECT, related_name="movements", db_index=False)
    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="movements", verbose_name=_("profile"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    points = models.BigIntegerField(_("points"))
    balance_before = models.BigIntegerField(_("balance before"))
    balance_after = models.BigIntegerField(_("balance after"))
    source = models.CharField(_("source"), max_length=12, choices=Source)
    reason = models.CharField(_("reason"), max_length=250, blank=True, default="")
    order = models.ForeignKey("crm.Order", models.PROTECT, null=True, blank=True, related_name="movements")
    referral = models.ForeignKey("crm.Referral", models.PROTECT, null=True, blank=True, related_name="movements")
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        constraints = [
            models.UniqueConstraint(fields=["pot", "number"], name="movement_numbered_once"),
            # NULLs differ from each other, so this holds for steps of runs only
            models.UniqueConstraint(fields=["run_id", "step_id"], name="movement_once_per_step"),
            models.CheckConstraint(
                condition=Q(balance_after=F("balance_before") + F("points")), name="movement_balance_adds_up"
            ),
        ]
        indexes = [
            # the profile page
            models.Index(fields=["profile", "-id"], name="movement_of_profile"),
            # what was already given for an order (A5, the programme)
            models.Index(fields=["order", "workflow_id"], name="movement_of_order", condition=Q(order__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.points:+d}"

    def settle(self, before: Mapping[str, Any]) -> None:
        """Number the movement and move the balance; a second save raises."""
        from crm.services.pots import settle_movement

        settle_movement(self, before)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the ledger is append-only."""
        raise UntrackedWrite("a movement is never deleted")


class Reward(models.Model):
    """Points that may be turned into a coupon."""

    name = models.CharField(_("name"), max_length=120)
    points = models.PositiveIntegerField(_("points"))
    pool = models.ForeignKey("crm.CouponPool", models.PROTECT, related_name="+", verbose_name=_("coupons"))
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["points"]

    def __str__(self) -> str:
        return self.name


class PointsProgramme(models.Model):
    """The one row of the order-points programme."""

    is_active = models.BooleanField(_("active"), default=False)
    cents_per_point = models.PositiveIntegerField(
        _("cents per point"), default=100, help_text=_("100: a point a euro.")
    )
    crediting_statuses = models.JSONField(_("crediting statuses"), default=list)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("order-points programme")
        verbose_name_plural = _("order-points programme")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="programme_is_one_row"),
            models.CheckConstraint(condition=Q(cents_per_point__gte=1), name="programme_ratio_is_positive"),
        ]

    def __str__(self) -> str:
        return str(_("Order points"))


class Tier(models.Model):
    """A status that follows from the points earned in total."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    threshold = models.PositiveIntegerField(_("from (points earned)"), unique=True)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["threshold"]

    def __str__(self) -> str:
        return self.name
