"""The settings of the shop."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from crm.admin.fields import LanguageSelect, ListField, PerLanguageField, ZoneSelect
from crm.admin.history import HistoryAdmin
from crm.models import ConsentDefinition, OrderStatus, Site


class BasesField(forms.ModelMultipleChoiceField):
    """Legal bases, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        bases = ConsentDefinition.objects.filter(kind=ConsentDefinition.Kind.LEGAL_BASIS, is_archived=False)
        super().__init__(bases, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, **options)


class SiteForm(forms.ModelForm):
    """The settings; addresses in each language."""

    url = PerLanguageField(label=_("Address"), is_url=True)
    cart_url = PerLanguageField(label=_("Cart address"), is_url=True)
    order_legal_bases = BasesField(label=_("Given by an order"))
    account_legal_bases = BasesField(label=_("Given by an account"))
    uncounted_statuses = ListField(
        label=_("Order statuses that do not count"),
        choices=OrderStatus.choices,
        help_text=_("Orders in these are left out of numbers and sums. None ticked: failed, cancelled and refunded."),
    )

    class Meta:
        model = Site
        fields = (
            *("name", "url", "cart_url", "sender_name", "sender_email", "reply_to", "language", "time_zone"),
            *("country", "currency", "order_legal_bases", "account_legal_bases", "uncounted_statuses"),
            "tracks_messages",
        )
        widgets = {"language": LanguageSelect(), "time_zone": ZoneSelect()}


@admin.register(Site)
class SiteAdmin(HistoryAdmin):
    """The one shop."""

    form = SiteForm
    fieldsets = (
        (None, {"fields": ("name", "url", "cart_url")}),
        (_("Sender of messages"), {"fields": (("sender_name", "sender_email"), "reply_to")}),
        (_("Opens and clicks"), {"fields": ("tracks_messages",)}),
        (_("Defaults"), {"fields": (("language", "time_zone"), ("country", "currency"))}),
        (_("Legal bases"), {"fields": ("order_legal_bases", "account_legal_bases")}),
        (_("Counting orders"), {"fields": ("uncounted_statuses",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one row."""
        return HttpResponseRedirect(reverse("admin:crm_site_change", args=[Site.current().pk]))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: there is one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
