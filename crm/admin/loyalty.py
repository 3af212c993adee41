"""The programme of points on orders, rewards and tiers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.admin.amounts import MoneyField
from crm.admin.base import DeclicAdmin
from crm.admin.fields import ListField
from crm.admin.history import HistoryAdmin
from crm.models import OrderStatus, PointsProgramme, Reward, Tier


class ProgrammeForm(forms.ModelForm):
    """The programme; the ratio is an amount for a point."""

    cents_per_point = MoneyField(label=_("Amount for a point"), help_text=_("1.00: a point a euro, rounded down."))
    crediting_statuses = ListField(
        label=_("Statuses that give points"),
        choices=OrderStatus.choices,
        help_text=_("An order that leaves these statuses takes its points back."),
    )

    class Meta:
        model = PointsProgramme
        fields = ("is_active", "cents_per_point", "crediting_statuses")

    def clean_cents_per_point(self) -> int:
        """Refuse a ratio of nothing."""
        cents: int = self.cleaned_data["cents_per_point"]
        if not 1 <= cents <= 10**9:
            raise forms.ValidationError(_("Give an amount above 0."))
        return cents


@admin.register(PointsProgramme)
class PointsProgrammeAdmin(HistoryAdmin):
    """The one programme of points on orders."""

    form = ProgrammeForm

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one row, made the first time."""
        PointsProgramme.objects.get_or_create(pk=1, defaults={"crediting_statuses": ["paid", "shipped", "delivered"]})
        return HttpResponseRedirect(reverse("admin:crm_pointsprogramme_change", args=[1]))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: there is one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: it is switched off instead."""
        return False


@admin.register(Reward)
class RewardAdmin(HistoryAdmin):
    """Points that may be turned into a coupon."""

    list_display = ("name", "points", "pool", "is_active")
    list_select_related = ("pool",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    autocomplete_fields = ("pool",)
    empty_title = _("No rewards yet")
    empty_text = _("A reward turns points into a coupon.")


@admin.register(Tier)
class TierAdmin(DeclicAdmin):
    """Statuses by points earned."""

    list_display = ("name", "threshold")
    search_fields = ("name",)
    empty_title = _("No tiers yet")
    empty_text = _("A tier is a status that follows from the points earned in total: bronze, silver, gold…")
