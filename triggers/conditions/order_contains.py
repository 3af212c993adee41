"""C23: the order contains products, or something of categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.forms import ReferencesField
from crm.models import Category, Product
from triggers.orders import ORDER_EVENTS, SALE_EVENTS, order_in


class OrderContainsForm(ChoicesForm):
    """Ask for products and categories."""

    products = ReferencesField(Product.objects.order_by("name"), label=_("Products"), required=False)
    categories = ReferencesField(
        Category.objects.order_by("name"), by="reference", label=_("Categories"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of them."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("products") and not cleaned.get("categories"):
            raise forms.ValidationError(_("Choose at least one product or category."))
        return cleaned


@condition_types.register
class OrderContains(EventCondition):
    """The fact is how many of the chosen products and categories the lines of the order had."""

    kind = "order_contains"
    label = _("The order contains")
    form_class = OrderContainsForm
    topics = frozenset({"order", "sale"})
    reads = ORDER_EVENTS | SALE_EVENTS
    value_type = "set"

    @property
    def value(self) -> list[tuple[str, str]]:
        """What is looked for, products and categories."""
        return [
            *(("product", uid) for uid in self.config.get("products") or ()),
            *(("category", reference) for reference in self.config.get("categories") or ()),
        ]

    def read(self, event: EventView) -> int:
        """Count what is found in the lines."""
        lines = order_in(event).get("lines") or ()
        there = {(name, line.get(name)) for line in lines for name in ("product", "category")}
        return len(there.intersection(self.value))

    def describe(self) -> str:
        """Say it."""
        names = [
            *Product.objects.filter(uid__in=self.config.get("products") or ()).values_list("name", flat=True),
            *Category.objects.filter(reference__in=self.config.get("categories") or ()).values_list("name", flat=True),
        ]
        return _("the order contains %(operator)s %(names)s") % {
            "operator": self.operator.label,
            "names": ", ".join(names),
        }
