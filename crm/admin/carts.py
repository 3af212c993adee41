"""Carts as the shop pushed them."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, link, profile_link
from crm.models import Cart
from crm.words import money, pairs

TONES = {"open": "info", "converted": "success", "emptied": "", "abandoned": "warning"}


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    """Carts; only the shop changes them."""

    is_big = True
    list_display = ("key", "shown_profile", "shown_status", "stage", "shown_total", "last_activity_at")
    list_select_related = ("profile",)
    list_filter = (("status", ChoicesDropdownFilter), ("stage", ChoicesDropdownFilter))
    search_profile = "profile"
    search_fields = ("profile",)
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    fields = (
        ("shown_profile", "key"),
        ("status", "stage"),
        ("shown_total", "pushes"),
        ("last_activity_at", "created_at"),
        "shown_url",
        "shown_content",
    )
    empty_title = _("No carts yet")
    empty_text = _("Your shop pushes the cart of a customer who is logged in each time it changes.")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Cart) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Status"))
    def shown_status(self, row: Cart) -> str:
        """Return the status as a badge."""
        return badge(row.get_status_display(), TONES[row.status])

    @admin.display(description=_("Total"))
    def shown_total(self, row: Cart) -> str:
        """Return the total with its currency."""
        return money(row.total, row.currency)

    @admin.display(description=_("Checkout address"))
    def shown_url(self, row: Cart) -> str:
        """Return the address as a link."""
        return link(row.checkout_url, row.checkout_url) if row.checkout_url.startswith("http") else "–"

    @admin.display(description=_("What the shop pushed"))
    def shown_content(self, row: Cart) -> SafeString:
        """Return the names and values that the shop pushed."""
        return render_to_string("crm/admin/pairs.html", {"pairs": pairs(row.payload or {"lines": row.lines})})
