"""An amount to compare with, which may be left open."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.operators import NUMBER
from crm.forms import ConfigForm, MoneyField


class AmountForm(ConfigForm):
    """Ask for a comparison and an amount, or for none."""

    adapts_on = ("operator",)
    #: what is compared
    amount_label: ClassVar[Any] = _("Amount")

    operator = forms.ChoiceField(
        choices=[("", _("any amount")), *((each.name, each.label) for each in NUMBER.values())], required=False
    )
    value = MoneyField(label=_("Amount"), required=False, min_value=0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["operator"].label = self.amount_label

    def clean(self) -> dict[str, Any]:
        """Ask for the amount that the comparison needs."""
        cleaned = super().clean() or {}
        if cleaned.get("operator") and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Give the amount to compare with."))
        if not cleaned.get("operator"):
            cleaned["value"] = None
        return cleaned
