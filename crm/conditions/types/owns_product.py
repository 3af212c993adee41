"""C8: the profile owns products."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.moment import Moment
from crm.conditions.rows import RowsCondition
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import Ownership, Product


class ProductsForm(ChoicesForm):
    """Ask for products."""

    value = ReferencesField(Product.objects.order_by("name"), label=_("Products"))


@condition_types.register
class OwnsProduct(RowsCondition):
    """The fact is how many of the products it owns; a refund ends ownership."""

    kind = "owns_product"
    label = _("Owns a product")
    form_class = ProductsForm
    value_type = "set"
    counts = "product"

    def rows(self, moment: Moment) -> "QuerySet[Ownership]":
        """Return the ownerships."""
        owned = Ownership.objects.filter(profile=OuterRef("pk"), product__uid__in=list(self.value))
        if moment.is_live:
            owned = owned.filter(ended_at=None)
        else:
            at = moment.inside()
            owned = owned.filter(Q(ended_at=None) | Q(ended_at__gt=at), since__lte=at)
        return owned

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the products owned."""
        return len(set(self.value) & set(facts["owned"]))

    @property
    def choices(self) -> Choices:
        """Name the products."""
        return [
            (str(uid), name)
            for uid, name in Product.objects.filter(uid__in=list(self.value)).values_list("uid", "name")
        ]

    def describe(self) -> str:
        """Say it."""
        return _("owns %(comparison)s") % {"comparison": self.comparison()}
