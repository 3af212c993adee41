"""Pools of coupons and the codes in them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RelatedDropdownFilter

from crm.admin.amounts import MoneyField
from crm.admin.base import DeclicAdmin, ReadOnlyAdmin
from crm.admin.display import profile_link
from crm.admin.filters import ShownFilter
from crm.models import Coupon, CouponPool


class PoolForm(forms.ModelForm):
    """A pool; what a code is worth is an amount, or a whole number of per cent."""

    value = MoneyField(label=_("Value"), help_text=_("An amount like 12.50, or per cent like 10."))

    class Meta:
        model = CouponPool
        fields = ("name", "is_generated", "prefix", "discount", "value", "minimum", "valid_for_days", "is_archived")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and self.instance.discount == CouponPool.Discount.PERCENT:
            self.initial["value"] = self.instance.value * 100

    def clean(self) -> dict[str, Any] | None:
        """Turn hundredths of a per cent back into per cent."""
        cleaned = super().clean()
        value = self.cleaned_data.get("value")
        if value is not None and self.cleaned_data.get("discount") == CouponPool.Discount.PERCENT:
            if value % 100 or not 100 <= value <= 10_000:
                self.add_error("value", _("Give a whole number from 1 to 100."))
            self.cleaned_data["value"] = value // 100
        elif value is not None and value <= 0:
            self.add_error("value", _("Give an amount above 0."))
        return cleaned


@admin.register(CouponPool)
class CouponPoolAdmin(DeclicAdmin):
    """Stocks of codes."""

    form = PoolForm
    money = ("minimum",)
    list_display = ("name", "is_generated", "discount", "shown_free", "is_archived")
    list_filter = (ShownFilter, "is_generated")
    search_fields = ("name",)
    fields = ("name", "is_generated", "prefix", ("discount", "value"), "minimum", "valid_for_days", "is_archived")
    conditional_fields = {"prefix": "is_generated == true"}
    empty_title = _("No coupons yet")
    empty_text = _("A pool holds codes that workflows and rewards give, or makes them as they are given.")

    @admin.display(description=_("Free codes"))
    def shown_free(self, row: Any) -> str:
        """Return how many codes are left, and a sign where they are made as needed."""
        return "∞" if row.is_generated else str(row.free)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CouponPool]":
        """Count the free codes, along their index."""
        return super().get_queryset(request).annotate(free=Count("coupons", filter=Q(coupons__profile=None)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a pool is archived."""
        return False


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    """Codes and to whom they were given."""

    is_big = True
    list_display = ("code", "pool", "shown_profile", "given_at", "valid_until", "used_at")
    list_select_related = ("pool", "profile")
    list_filter = (("pool", RelatedDropdownFilter),)
    search_fields = ("code",)
    search_profile = "profile"
    search_help_text = _("Code, or the customer's e-mail or name")
    ordering = ("-id",)
    fields = ("code", "pool", "shown_profile", "given_at", "valid_until", "order", "used_at")
    empty_title = _("No codes yet")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Coupon) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile) if row.profile else "–"
