"""Orders, their lines and the history of their status."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.cause import Caused
from crm.models.catalog import Product
from crm.models.keyed import LONGEST, Keyed
from crm.models.profile import Profile
from crm.tracked import AppendOnly, Tracked


class OrderStatus(models.TextChoices):
    """The status of an order (spec section 1); the first five only move forward."""

    NEW = "new", _("New")
    PROCESSING = "processing", _("Processing")
    PAID = "paid", _("Paid")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Payment failed")
    REFUNDED = "refunded", _("Refunded")


FORWARD = ("new", "processing", "paid", "shipped", "delivered")
PAID_STATUSES = frozenset({"paid", "shipped", "delivered"})
ENDED_STATUSES = frozenset({"cancelled", "failed", "refunded"})


class Order(Tracked):
    """An order of a profile in the shop."""

    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="orders", verbose_name=_("profile"), db_index=False
    )
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=OrderStatus, default=OrderStatus.NEW)
    shop_status = models.CharField(_("shop's status"), max_length=80, blank=True, default="")
    amount = models.BigIntegerField(_("amount"), default=0, help_text=_("Tax included, in cents."))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    coupon = models.CharField(_("coupon"), max_length=60, blank=True, default="")
    cart_key = models.CharField(_("cart"), max_length=120, blank=True, default="")
    failure_code = models.CharField(_("failure code"), max_length=60, blank=True, default="")
    failure_message = models.CharField(_("failure message"), max_length=500, blank=True, default="")
    ordered_at = models.DateTimeField(_("ordered"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)

    silent_columns = frozenset(
        {"updated_at", "coupon", "cart_key", "failure_code", "failure_message", "paid_at", "ordered_at", "currency"}
    )

    #: lines of a new order (as for upsert_order): written with the order, before its facts are stated
    lines_given: Sequence[Mapping[str, Any]] | None = None

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            # C2, C3, C9, C24: the orders of a profile, by time
            models.Index(fields=["profile", "ordered_at"], name="order_of_profile"),
            # the list and V2 by time of change
            models.Index(fields=["updated_at", "id"], name="order_updated"),
            models.Index(fields=["-ordered_at", "-id"], name="order_newest"),
            # scenarios: who bought so many days ago
            models.Index(fields=["paid_at"], name="order_paid", condition=models.Q(paid_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    def locked_profile_ids(self) -> list[int]:
        """Lock the profile, and its sponsor, whose points may follow from the order."""
        from crm.services.referrals import sponsors_of

        return [self.profile_id, *sponsors_of(self.profile_id)]

    def save_base(self, *args: Any, **options: Any) -> None:
        """Write the lines that came with a new order right after it."""
        super().save_base(*args, **options)
        if self.lines_given is not None:
            from crm.services.order_lines import replace_lines

            given, self.lines_given = self.lines_given, None
            replace_lines(self, given, is_new=True)

    def settle(self, before: Mapping[str, Any]) -> None:
        """Apply the rules of status (forward only, reopening), stamp times; raises Invalid."""
        from crm.services.orders import settle_order

        settle_order(self, before)


class OrderLine(models.Model):
    """A line of an order; the product may be unknown to the catalogue."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(default=0)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
        db_index=False,
    )
    reference = models.CharField(_("reference"), max_length=120, blank=True, default="")
    name = models.CharField(_("name"), max_length=250, blank=True, default="")
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = models.BigIntegerField(_("unit price"), default=0, help_text=_("In cents."))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position", "id"]
        # C23: who bought this product
        indexes = [models.Index(fields=["product", "order"], name="order_line_by_product")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name or self.reference}"


class OrderStatusChange(AppendOnly, Caused):
    """One status the shop told, also one that lay behind and changed nothing (`is_applied` false)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="status_changes")
    old_status = models.CharField(_("before"), max_length=10, choices=OrderStatus, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=OrderStatus)
    shop_status = models.CharField(_("shop's status"), max_length=80, blank=True, default="")
    is_applied = models.BooleanField(_("applied"), default=True)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["id"]


class ShopStatus(Keyed):
    """What a shop's own status name means here; admins edit it."""

    name = models.CharField(_("shop's status"), max_length=LONGEST)
    status = models.CharField(_("means"), max_length=10, choices=OrderStatus)

    class Meta:
        verbose_name = _("shop status")
        verbose_name_plural = _("shop statuses")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name
