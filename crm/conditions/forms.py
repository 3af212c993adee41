"""Forms of conditions: an operator of the fact's type, and the operand that it takes."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.operators import Operator
from crm.conditions.values import TYPES, Choices, ValueType
from crm.forms import ConfigForm


class CompareForm(ConfigForm):
    """Ask for an operator and its operand; subclasses say of which type and with which choices."""

    adapts_on: ClassVar[tuple[str, ...]] = ("operator",)
    #: the type of the fact; a subclass whose type is chosen overrides `type_of_fact`
    value_type: ClassVar[str] = "text"
    #: operators that are not offered although the type has them
    left_out: ClassVar[frozenset[str]] = frozenset()

    operator = forms.ChoiceField(label=_("Comparison"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arrange()

    def type_of_fact(self) -> ValueType:
        """Return the type of what is compared."""
        return TYPES[self.value_type]

    def choices(self) -> Choices:
        """Return what the operand is chosen from; empty: it is written."""
        return ()

    def arrange(self) -> None:
        """Offer the operators of the type, and the field for the operand of the one chosen."""
        offered = {name: each for name, each in self.type_of_fact().operators.items() if name not in self.left_out}
        field = self.fields["operator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, each.label) for name, each in offered.items()]
        field.initial = next(iter(offered))
        operand = self.type_of_fact().operand_field(self.operator_chosen(offered), self.choices())
        if operand is not None:
            self.fields["value"] = operand
            self.order_fields(self.field_order)

    def operator_chosen(self, offered: dict[str, Operator]) -> Operator:
        """Return the operator as chosen so far, else the first."""
        return offered.get(self.chosen("operator")) or next(iter(offered.values()))


class ChoicesForm(ConfigForm):
    """Ask which of several things; any of, all of, none of them."""

    left_out: ClassVar[frozenset[str]] = frozenset()

    operator = forms.ChoiceField(label=_("Comparison"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        operators = TYPES["set"].operators.values()
        field = self.fields["operator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.name, each.label) for each in operators if each.name not in self.left_out]
        field.initial = "any_of"
