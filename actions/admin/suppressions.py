"""Addresses that must not be written to."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from actions.models import Suppression
from crm.admin.base import DeclicAdmin
from crm.admin.search import begins_with
from crm.errors import Invalid
from crm.values import email_key, parse_email


class SuppressionForm(forms.ModelForm):
    """An address of e-mail."""

    def clean_address(self) -> str:
        """Refuse what is none, and what is here already: it would keep nobody from being written to."""
        try:
            address = email_key(parse_email(self.cleaned_data["address"], field="address"))
        except Invalid as error:
            raise forms.ValidationError(error.message, code="invalid") from None
        others = Suppression.objects.filter(channel=self.instance.channel, address=address).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("This address is suppressed already."), code="unique")
        return address


@admin.register(Suppression)
class SuppressionAdmin(DeclicAdmin):
    """Each with its reason."""

    form = SuppressionForm
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
