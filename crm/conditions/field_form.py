"""The form that compares a field: the operators and the operand follow from the type of the field chosen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.fields import ProfileField, profile_fields
from crm.conditions.forms import CompareForm
from crm.conditions.values import TYPES, Choices, ValueType


class FieldForm(CompareForm):
    """Ask for a field, an operator of its type and an operand."""

    adapts_on = ("field", "operator")

    field = forms.ChoiceField(label=_("Field"))
    field_order: Iterable[str] | None = ("field", "operator", "value")

    def offered(self) -> dict[str, ProfileField]:
        """Return the fields to choose from, by name."""
        return profile_fields()

    def arrange(self) -> None:
        """Offer the fields, then what goes with the one chosen."""
        fields = self.offered()
        choice = self.fields["field"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(name, each.label) for name, each in fields.items()]
        choice.initial = next(iter(fields))
        self.field_chosen = fields.get(self.chosen("field")) or fields[choice.initial]
        super().arrange()

    def type_of_fact(self) -> ValueType:
        """Return the type of the field chosen."""
        return TYPES[self.field_chosen.type]

    def choices(self) -> Choices:
        """Return what the field chosen may hold."""
        return self.field_chosen.choices

    def config(self) -> dict[str, Any]:
        """Keep the type beside the name."""
        return {**super().config(), "type": self.field_chosen.type}
