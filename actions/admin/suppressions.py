"""Addresses that must not be written to."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from actions.models import Suppression
from crm.admin.base import DeclicAdmin
from crm.admin.search import begins_with


@admin.register(Suppression)
class SuppressionAdmin(DeclicAdmin):
    """Each with its reason."""

    list_display = ("address", "reason", "created_at")
    list_filter = (("reason", ChoicesDropdownFilter),)
    search_fields = ("address",)
    fields = ("address", "reason")
    ordering = ("-id",)
    is_big = True
    empty_title = _("No suppressed addresses")
    empty_text = _("Addresses that do not exist or complained land here and are not written to again.")

    def found(self, term: str) -> Q:
        """Search by the beginning; addresses are kept in small letters."""
        return begins_with(["address"], term.casefold())
