"""The lines of an order and the history of its status, inside its form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.admin.inlines import DeclicInline, ReadOnlyInline
from crm.models import OrderLine, OrderStatusChange


class LineForm(forms.ModelForm):
    """A line; a product of the catalogue fills in its reference and name."""

    class Meta:
        model = OrderLine
        fields = ("product", "reference", "name", "quantity", "unit_price")

    def clean(self) -> dict[str, Any] | None:
        """Take reference and name from the product."""
        cleaned = super().clean()
        product = self.cleaned_data.get("product")
        if product is not None:
            self.cleaned_data["reference"] = product.reference
            self.cleaned_data["name"] = self.cleaned_data.get("name") or product.name
        elif not self.cleaned_data.get("reference") and not self.cleaned_data.get("name"):
            raise forms.ValidationError(_("Choose a product, or give a reference or a name."))
        return cleaned


class LineInline(DeclicInline):
    """What was ordered."""

    model = OrderLine
    form = LineForm
    money = ("unit_price",)
    fields = ("product", "reference", "name", "quantity", "unit_price")
    autocomplete_fields = ("product",)
    verbose_name = _("line")
    verbose_name_plural = _("lines")


class StatusInline(ReadOnlyInline):
    """Every status that the shop told."""

    model = OrderStatusChange
    fields = ("occurred_at", "old_status", "status", "shop_status", "is_applied", "origin", "actor")
    readonly_fields = fields
    verbose_name_plural = _("history of the status")
