"""Orders with their lines and history."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from crm import clock
from crm.admin.base import TrackedAdmin
from crm.admin.display import ORDER_TONES, badge, profile_link
from crm.admin.order_inlines import LineInline, StatusInline
from crm.models import Order, OrderLine, Site
from crm.models.order import OrderStatus
from crm.services.order_lines import replace_lines
from crm.services.ownership import follow_order
from crm.tracked import lock_profiles
from crm.words import money


@admin.register(Order)
class OrderAdmin(TrackedAdmin):
    """Orders. None is deleted: it is cancelled."""

    is_big = True
    money = ("amount",)
    list_display = ("reference", "shown_profile", "shown_status", "shown_amount", "ordered_at")
    list_select_related = ("profile",)
    list_filter = (("status", ChoicesDropdownFilter), ("ordered_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("reference",)
    search_profile = "profile"
    search_help_text = _("Reference, or the customer's e-mail or name")
    ordering = ("-ordered_at", "-id")
    autocomplete_fields = ("profile",)
    inlines = (LineInline, StatusInline)
    empty_title = _("No orders yet")
    empty_text = _("They arrive by the API as your shop sends them, or you add one here.")
    fieldsets = (
        (
            None,
            {
                "fields": [
                    ("profile", "reference"),
                    ("status", "shop_status"),
                    ("amount", "currency"),
                    ("ordered_at", "paid_at"),
                    "coupon",
                ]
            },
        ),
        (_("When the payment failed"), {"fields": [("failure_code", "failure_message")], "classes": ["collapse"]}),
    )

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Order) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Status"))
    def shown_status(self, row: Order) -> str:
        """Return the status as a badge."""
        return badge(row.get_status_display(), ORDER_TONES[row.status])

    @admin.display(description=_("Amount"))
    def shown_amount(self, row: Order) -> str:
        """Return the amount with its currency."""
        return money(row.amount, row.currency)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep whose order it is and what the shop calls it."""
        return ("profile", "reference", "paid_at") if obj else ("paid_at",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the shop's currency and now."""
        initial = {"currency": Site.current().currency, "ordered_at": clock.now()}
        return {**initial, **super().get_changeform_initial_data(request)}

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> tuple[Any, Any]:
        """Keep the lines at hand: they are part of what saving the order states."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        request.declic_lines = [one for one in formsets if one.model is OrderLine]  # type: ignore[attr-defined]
        return formsets, inlines

    def save_model(self, request: HttpRequest, obj: Order, form: Any, change: bool) -> None:
        """Save the order with its lines; say when a status lies behind the one that it has."""
        wanted, has_new_lines = obj.status, False
        lines = [line for formset in request.declic_lines for line in _lines(formset)]  # type: ignore[attr-defined]
        if not change:
            obj.lines_given = lines
        elif any(formset.has_changed() for formset in request.declic_lines):  # type: ignore[attr-defined]
            lock_profiles(obj.locked_profile_ids())
            has_new_lines = replace_lines(obj, lines)
        super().save_model(request, obj, form, change)
        if has_new_lines:
            follow_order(obj)
        if obj.status != wanted:
            said = _now("The status stays “%(status)s”: “%(wanted)s” lies behind it and is kept in the history only.")
            words = {"status": obj.get_status_display(), "wanted": OrderStatus(wanted).label}
            messages.warning(request, said % words)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Lines were saved with the order."""
        if formset.model is OrderLine:
            formset.save(commit=False)
        else:
            super().save_formset(request, form, formset, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


def _lines(formset: Any) -> Sequence[dict[str, Any]]:
    kept = [one.cleaned_data for one in formset.forms if one.cleaned_data and not one.cleaned_data.get("DELETE")]
    return [{name: line.get(name) for name in ("reference", "name", "quantity", "unit_price")} for line in kept]
