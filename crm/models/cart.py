"""Carts as the shop pushes them."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.profile import Profile
from crm.tracked import Tracked

MOST_URL = 1000


class Cart(Tracked):
    """A cart of a profile; `lines` and `payload` are kept as pushed."""

    class Status(models.TextChoices):
        """Where the cart stands."""

        OPEN = "open", _("Open")
        CONVERTED = "converted", _("Ordered")
        EMPTIED = "emptied", _("Emptied")
        ABANDONED = "abandoned", _("Abandoned")

    class Stage(models.TextChoices):
        """How far the person went."""

        CART = "cart", _("Cart")
        CHECKOUT = "checkout", _("Payment page")

    profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="carts", verbose_name=_("profile"), db_index=False
    )
    key = models.CharField(_("key"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.CART)
    lines = models.JSONField(_("lines"), default=list)
    payload = models.JSONField(_("as pushed"), default=dict)
    total = models.BigIntegerField(_("total"), default=0, help_text=_("In cents."))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    checkout_url = models.URLField(_("checkout address"), max_length=MOST_URL, blank=True, default="")
    pushes = models.PositiveIntegerField(_("pushes"), default=0)
    last_activity_at = models.DateTimeField(_("last activity"))
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [models.UniqueConstraint(fields=["profile", "key"], name="cart_key_once_per_profile")]
        indexes = [
            # T13: carts by how long they are idle
            models.Index(fields=["last_activity_at"], name="cart_idle", condition=Q(status__in=["open", "abandoned"])),
            # a shop that stops a cart by its key alone
            models.Index(fields=["key"], name="cart_by_key", condition=Q(status__in=["open", "abandoned"])),
        ]

    def __str__(self) -> str:
        return self.key

    def settle(self, before: Mapping[str, Any]) -> None:
        """Stamp times and check the values; raises Invalid."""
        from crm.services.carts import settle_cart

        settle_cart(self, before)
