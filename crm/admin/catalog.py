"""Products, their categories, and what the shop's statuses mean."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from crm.admin.base import DeclicAdmin
from crm.models import Category, Product, ShopStatus, Site
from crm.words import money


@admin.register(Category)
class CategoryAdmin(DeclicAdmin):
    """Groups of products."""

    fields = ("name", "reference")
    list_display = ("name", "reference")
    search_fields = ("reference", "name")
    empty_title = _("No categories yet")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the reference: shops send it, and workflows ask for it."""
        return ("reference",) if obj else ()


@admin.register(Product)
class ProductAdmin(DeclicAdmin):
    """What the shop sells."""

    money = ("price",)
    list_display = ("name", "reference", "category", "shown_price", "ownership", "is_active")
    list_select_related = ("category",)
    list_filter = ("is_active", ("category", RelatedDropdownFilter), ("ownership", ChoicesDropdownFilter))
    search_fields = ("reference", "name")
    search_help_text = _("Reference or name")
    autocomplete_fields = ("category",)
    fields = ("name", "reference", "category", "price", "ownership", "url", "image", "is_active")
    empty_title = _("No products yet")
    empty_text = _("They are made from the orders that your shop sends, or you add them here.")

    @admin.display(description=_("Price"), ordering="price")
    def shown_price(self, row: Product) -> str:
        """Return the price with the shop's currency."""
        return money(row.price, self.currency)

    def found(self, term: str) -> Q:
        """Search by reference, and anywhere in the name: catalogues are short."""
        return super().found(term) | Q(name__icontains=term)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the shop's currency once for the page."""
        self.currency = Site.current().currency
        return super().get_queryset(request)


@admin.register(ShopStatus)
class ShopStatusAdmin(DeclicAdmin):
    """What the shop's own names of statuses mean."""

    fields = ("name", "status")
    list_display = ("name", "status")
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("key",)
    empty_title = _("The usual names are understood")
    empty_text = _("Add a name that your shop gives to a status of its own, and say what it means.")

    def found(self, term: str) -> Q:
        """Search without regard to case."""
        return Q(key__contains=term.casefold())
