"""Newsletters and scenarios."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from crm.admin.history import HistoryAdmin
from crm.models import Newsletter, Scenario


class Named(HistoryAdmin):
    """Things that are few and found by any part of their name."""

    search_fields = ("name",)

    def found(self, term: str) -> Q:
        """Search anywhere in the name."""
        return Q(name__icontains=term)


@admin.register(Newsletter)
class NewsletterAdmin(Named):
    """Mailings to a segment at a time."""

    list_display = ("name", "template", "segment", "status", "send_at")
    list_select_related = ("template", "segment")
    list_filter = (("status", ChoicesDropdownFilter),)
    fields = ("name", "template", "segment", "send_at", "status")
    readonly_fields = ("status",)
    autocomplete_fields = ("template", "segment")
    empty_title = _("No newsletters yet")


@admin.register(Scenario)
class ScenarioAdmin(Named):
    """Standing mailings."""

    list_display = ("name", "template", "rule", "days", "is_active")
    list_select_related = ("template",)
    list_filter = (("rule", ChoicesDropdownFilter), "is_active")
    fields = ("name", "template", ("rule", "days"), "is_active")
    autocomplete_fields = ("template",)
    empty_title = _("No scenarios yet")
    empty_text = _("A scenario sends a message by itself: on a birthday, some days after a purchase…")
