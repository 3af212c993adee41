"""Products, their categories, and who owns what."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.profile import Profile


class Category(models.Model):
    """A group of products."""

    reference = models.CharField(_("reference"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something the shop sells."""

    class OwnershipKind(models.TextChoices):
        """What buying it gives."""

        FOREVER = "forever", _("Kept for ever")
        UNTIL_REFUND = "until_refund", _("Kept until refunded")
        NONE = "none", _("None: may be bought again")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=250)
    price = models.BigIntegerField(_("price"), default=0, help_text=_("In cents."))
    url = models.URLField(_("address"), max_length=500, blank=True, default="")
    image = models.URLField(_("image"), max_length=500, blank=True, default="")
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True, verbose_name=_("category"))
    ownership = models.CharField(_("buying it gives"), max_length=12, choices=OwnershipKind, default=OwnershipKind.NONE)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """A product that a profile got by an order; active until a refund ends it."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="ownerships", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    order = models.ForeignKey("crm.Order", models.PROTECT, related_name="ownerships")
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        constraints = [
            models.UniqueConstraint(fields=["profile", "product", "order"], name="ownership_once_per_order"),
        ]
        # W6 and C8: does this profile own that product now
        indexes = [
            models.Index(fields=["profile", "product"], name="ownership_active", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.product)
