"""Pools of coupons and the codes in them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RelatedDropdownFilter

from crm.admin.base import DeclicAdmin, ReadOnlyAdmin
from crm.admin.coupon_form import PoolForm
from crm.admin.display import badge, profile_link
from crm.admin.filters import ShownFilter
from crm.models import Coupon, CouponPool
from crm.models.coupon import LOW
from crm.services.coupon_codes import add_codes


@admin.register(CouponPool)
class CouponPoolAdmin(DeclicAdmin):
    """Stocks of codes; a sign warns when few are left."""

    form = PoolForm
    money = ("minimum",)
    list_display = ("name", "is_generated", "discount", "shown_given", "shown_used", "shown_free", "is_archived")
    list_filter = (ShownFilter, "is_generated")
    search_fields = ("name",)
    fields = (
        *("name", "is_generated", "prefix", "codes", "codes_file", "leaves_out", ("discount", "value"), "minimum"),
        *("valid_for_days", "is_archived"),
    )
    conditional_fields = {
        "prefix": "is_generated == true",
        **dict.fromkeys(("codes", "codes_file", "leaves_out"), "is_generated == false"),
    }
    empty_title = _("No coupons yet")
    empty_text = _("A pool holds codes that workflows and rewards give, or makes them as they are given.")

    @admin.display(description=_("Codes given"))
    def shown_given(self, row: Any) -> str:
        """Return how many codes profiles hold."""
        return number_format(row.given, force_grouping=True)

    @admin.display(description=_("Codes used"))
    def shown_used(self, row: Any) -> str:
        """Return how many codes were used on orders."""
        return number_format(row.used, force_grouping=True)

    @admin.display(description=_("Free codes"))
    def shown_free(self, row: Any) -> str:
        """Return how many codes are left, coloured when few are; and a sign where they are made as needed."""
        if row.is_generated:
            return "∞"
        left = number_format(row.free, force_grouping=True)
        return badge(left, "warning") if row.free * LOW <= row.number else left

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CouponPool]":
        """Count codes, those that are free, given and used."""
        rows: QuerySet[CouponPool] = super().get_queryset(request)
        return rows.with_figures()  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: CouponPool, form: Any, change: bool) -> None:
        """Save the pool with its new codes."""
        super().save_model(request, obj, form, change)
        if codes := form.new_codes():
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
