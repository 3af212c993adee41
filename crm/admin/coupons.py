"""Pools of coupons and the codes in them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RelatedDropdownFilter

from crm.admin.amounts import MoneyField
from crm.admin.base import DeclicAdmin, ReadOnlyAdmin
from crm.admin.display import badge, profile_link
from crm.admin.fields import LinesField
from crm.admin.filters import ShownFilter
from crm.models import Coupon, CouponPool
from crm.services.coupons import LOW, add_codes


class PoolForm(forms.ModelForm):
    """A pool; what a code is worth is an amount, or a whole number of per cent."""

    value = MoneyField(label=_("Value"), help_text=_("An amount like 12.50, or per cent like 10."))
    codes = LinesField(label=_("New codes"), help_text=_("One on each line; those that exist already are passed over."))

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
    """Stocks of codes; a sign warns when few are left."""

    form = PoolForm
    money = ("minimum",)
    list_display = ("name", "is_generated", "discount", "shown_free", "is_archived")
    list_filter = (ShownFilter, "is_generated")
    search_fields = ("name",)
    fields = (
        *("name", "is_generated", "prefix", "codes", ("discount", "value"), "minimum", "valid_for_days"),
        "is_archived",
    )
    conditional_fields = {"prefix": "is_generated == true", "codes": "is_generated == false"}
    empty_title = _("No coupons yet")
    empty_text = _("A pool holds codes that workflows and rewards give, or makes them as they are given.")

    @admin.display(description=_("Free codes"))
    def shown_free(self, row: Any) -> str:
        """Return how many codes are left, coloured when few are; and a sign where they are made as needed."""
        if row.is_generated:
            return "∞"
        left = number_format(row.free, force_grouping=True)
        return badge(left, "warning") if row.free <= row.number * LOW else left

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CouponPool]":
        """Count all codes and the free ones, each along its index."""
        codes = Coupon.objects.filter(pool=OuterRef("pk")).order_by().values("pool")
        number = codes.annotate(n=Count("pk")).values("n")
        free = codes.filter(profile=None).annotate(n=Count("pk")).values("n")
        rows = super().get_queryset(request)
        return rows.annotate(number=Coalesce(Subquery(number), 0), free=Coalesce(Subquery(free), 0))

    def save_model(self, request: HttpRequest, obj: CouponPool, form: Any, change: bool) -> None:
        """Save the pool with its new codes."""
        super().save_model(request, obj, form, change)
        codes = [] if obj.is_generated else form.cleaned_data.get("codes") or []
        if codes:
            number = add_codes(obj, codes=codes)
            messages.info(request, ngettext("%(n)d code added.", "%(n)d codes added.", number) % {"n": number})

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
