"""Pots and their movements."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter, RangeNumericFilter

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, profile_link
from crm.models import Movement, Pot
from crm.words import points


@admin.register(Pot)
class PotAdmin(ReadOnlyAdmin):
    """Balances; points are given and taken on the page of the profile."""

    is_big = True
    list_display = ("shown_profile", "balance", "earned", "movements_count", "updated_at")
    list_select_related = ("profile",)
    search_profile = "profile"
    search_fields = ("profile",)
    search_help_text = _("The customer's e-mail or name")
    list_filter = (("balance", RangeNumericFilter),)
    list_filter_submit = True
    ordering = ("-balance", "-id")
    fields = ("shown_profile", "balance", "earned", "movements_count", "updated_at")
    empty_title = _("No pots yet")
    empty_text = _("A profile has a pot from its first points on.")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Pot) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    """The ledger: points that came or went."""

    is_big = True
    list_display = ("occurred_at", "shown_profile", "shown_points", "balance_after", "source", "reason", "actor")
    list_display_links = ("occurred_at",)
    list_select_related = ("profile",)
    list_filter = (("source", ChoicesDropdownFilter), ("occurred_at", RangeDateFilter))
    list_filter_submit = True
    search_profile = "profile"
    search_fields = ("profile",)
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    fields = (
        "shown_profile",
        ("number", "points"),
        ("balance_before", "balance_after"),
        ("source", "reason"),
        ("order", "referral"),
        ("origin", "actor"),
        ("occurred_at", "recorded_at"),
    )
    empty_title = _("No points have moved yet")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Movement) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Points"))
    def shown_points(self, row: Movement) -> str:
        """Return the points with their sign, green or red."""
        return badge(points(row.points), "success" if row.points > 0 else "danger")
