"""Coupons: pools of codes and the codes given."""

import uuid

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.cause import Caused
from crm.models.profile import Profile
from crm.words import discount

#: a pool with no more than one in so many of its codes left is nearly empty
LOW = 10


class CouponPoolQuerySet(models.QuerySet["CouponPool"]):
    """Questions about pools."""

    def with_figures(self) -> "CouponPoolQuerySet":
        """Count the codes of each pool (`number`), and those that are free, given and used, each along its index."""
        codes = Coupon.objects.filter(pool=OuterRef("pk")).order_by().values("pool")

        def count(**of: object) -> Coalesce:
            return Coalesce(Subquery(codes.filter(**of).annotate(n=Count("pk")).values("n")), 0)

        return self.annotate(
            number=count(),
            free=count(profile=None),
            given=count(profile__isnull=False),
            used=count(used_at__isnull=False),
        )

    def running_low(self) -> "CouponPoolQuerySet":
        """Return the pools in use whose codes come to an end."""
        rows = self.with_figures().filter(is_generated=False, is_archived=False)
        return rows.filter(number__gte=F("free") * LOW)  # type: ignore[misc]


class CouponPool(models.Model):
    """A stock of codes, given (imported) or generated."""

    class Discount(models.TextChoices):
        """What a code is worth."""

        AMOUNT = "amount", _("Amount")
        PERCENT = "percent", _("Percent")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    is_generated = models.BooleanField(_("codes are generated"), default=False)
    prefix = models.CharField(_("prefix"), max_length=20, blank=True, default="")
    discount = models.CharField(_("discount"), max_length=8, choices=Discount, default=Discount.PERCENT)
    value = models.PositiveBigIntegerField(_("value"), help_text=_("Cents, or per cent."))
    minimum = models.PositiveBigIntegerField(_("minimum order"), default=0, help_text=_("In cents."))
    valid_for_days = models.PositiveIntegerField(_("valid for (days)"), null=True, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = CouponPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon pool")
        verbose_name_plural = _("coupon pools")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def worth(self, currency: str) -> str:
        """Return what a code is worth, in words of the current language."""
        return discount(self.value, is_percent=self.discount == self.Discount.PERCENT, currency=currency)


class Coupon(Caused):
    """One code; free until it is given to a profile."""

    pool = models.ForeignKey(CouponPool, models.PROTECT, related_name="coupons", verbose_name=_("pool"))
    code = models.CharField(_("code"), max_length=60, unique=True)
    profile = models.ForeignKey(Profile, models.PROTECT, null=True, blank=True, related_name="coupons")
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    order = models.ForeignKey("crm.Order", models.PROTECT, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    referral = models.ForeignKey("crm.Referral", models.PROTECT, null=True, blank=True, related_name="coupons")
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "step_id"], name="coupon_once_per_step", condition=Q(run_id__isnull=False)
            )
        ]
        # the next free code of a pool
        indexes = [models.Index(fields=["pool", "id"], name="coupon_free", condition=Q(profile__isnull=True))]

    def __str__(self) -> str:
        return self.code
