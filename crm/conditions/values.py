"""The types of values that conditions compare: their operators, how an operand is asked for, stored and said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.conditions import operators
from crm.conditions.moment import Moment
from crm.conditions.operators import DAYS, MANY, NOTHING, Operator
from crm.errors import Invalid
from crm.forms import LinesField, MoneyField, TextField

Choices = Sequence[tuple[str, str | Promise]]
#: about a hundred years
MOST_DAYS = 36_600


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of value: `parse` reads the operand out of JSON, `say` shows one in the current language."""

    name: str
    operators: Mapping[str, Operator]
    parse: Callable[[Any], Any]
    say: Callable[[Any], str]
    field: Callable[..., forms.Field]

    def operator(self, name: Any) -> Operator:
        """Return an operator by its stored name; raises Invalid for one that the type has not."""
        found = self.operators.get(name) if isinstance(name, str) else None
        if found is None:
            raise Invalid(_("There is no such comparison: %(name)s.") % {"name": str(name)[:60]}, field="operator")
        return found

    def operand(self, operator: Operator, stored: Any, moment: Moment) -> Any:
        """Return a stored operand as the operator compares with it, seen from a moment."""
        if operator.takes == DAYS:
            return operator.resolve(self.read(operator, stored), moment.today)
        return self.read(operator, stored)

    def read(self, operator: Operator, stored: Any) -> Any:
        """Return a stored operand, days as their number; raises Invalid for what no form has written."""
        try:
            if operator.takes == NOTHING:
                return None
            if operator.takes == MANY:
                return [self.parse(item) for item in _list(stored)]
            return _days(stored) if operator.takes == DAYS else self.parse(stored)
        except (TypeError, ValueError, ArithmeticError) as error:
            said = _("A condition compares with what is no value: %(value)s.") % {"value": str(stored)[:60]}
            raise Invalid(said, field="value") from error

    def say_operand(self, operator: Operator, stored: Any, choices: Choices = ()) -> str:
        """Say a stored operand; empty where the operator takes none."""
        if operator.takes == NOTHING:
            return ""
        if operator.takes == DAYS:
            return str(stored)
        names = dict(choices)
        said = [str(names[item]) if item in names else self.say(item) for item in listed(stored)]
        return ", ".join(said)

    def operand_field(self, operator: Operator, choices: Choices = ()) -> forms.Field | None:
        """Return the form field that asks for the operand."""
        label = gettext_lazy("Value")
        if operator.takes == NOTHING:
            return None
        if operator.takes == DAYS:
            return forms.IntegerField(label=gettext_lazy("Number of days"), min_value=0, max_value=MOST_DAYS)
        if operator.takes == MANY and choices:
            return forms.MultipleChoiceField(label=label, choices=choices)
        if operator.takes == MANY:
            return LinesField(label=label)
        return self.field(label=label, choices=choices)


#: the types that a config names itself, since its field or path does not tell
_CHOSEN = frozenset({"text", "choice", "number", "date", "boolean"})


def chosen_type(name: Any) -> ValueType:
    """Return the type that a stored config names; raises Invalid for one that there is not."""
    found = TYPES[name] if isinstance(name, str) and name in _CHOSEN else None
    if found is None:
        raise Invalid(_("There are no values of this type: %(name)s.") % {"name": str(name)[:60]}, field="type")
    return found


def listed(stored: Any) -> list[Any]:
    """Return a stored operand as a list."""
    return list(stored) if isinstance(stored, list | tuple) else [stored]


def say_text(value: Any) -> str:
    """Say a text between quotes."""
    return _("“%(text)s”") % {"text": value}


def say_number(value: Any) -> str:
    """Say a number as the language writes it."""
    number = Decimal(str(value))
    whole = number == number.to_integral_value()
    return str(number_format(int(number) if whole else number.normalize(), use_l10n=True, force_grouping=True))


def say_money(cents: Any) -> str:
    """Say an amount in minor units."""
    return str(number_format(Decimal(int(cents)) / 100, decimal_pos=2, use_l10n=True, force_grouping=True))


def say_day(value: Any) -> str:
    """Say a day."""
    return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")


def _text_field(*, label: Any, choices: Choices) -> forms.Field:
    return TextField(label=label, max_length=500)


def _choice_field(*, label: Any, choices: Choices) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices)


def _number_field(*, label: Any, choices: Choices) -> forms.Field:
    return forms.DecimalField(label=label, max_digits=18, decimal_places=4)


def _whole_field(*, label: Any, choices: Choices) -> forms.Field:
    return forms.IntegerField(label=label, min_value=-(10**15), max_value=10**15)


def _money_field(*, label: Any, choices: Choices) -> forms.Field:
    return MoneyField(label=label)


def _date_field(*, label: Any, choices: Choices) -> forms.Field:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


TYPES: Mapping[str, ValueType] = {
    made.name: made
    for made in (
        ValueType("text", operators.TEXT, str, say_text, _text_field),
        ValueType("choice", operators.CHOICE, str, say_text, _choice_field),
        ValueType("number", operators.NUMBER, lambda stored: Decimal(str(stored)), say_number, _number_field),
        ValueType("whole", operators.NUMBER, int, say_number, _whole_field),
        ValueType("money", operators.NUMBER, int, say_money, _money_field),
        ValueType("date", operators.DATE, lambda stored: date.fromisoformat(str(stored)), say_day, _date_field),
        ValueType("boolean", operators.BOOLEAN, bool, str, _text_field),
        ValueType("set", operators.SET, str, say_text, _choice_field),
    )
}


def _days(stored: Any) -> int:
    days = int(stored)
    if abs(days) > MOST_DAYS:
        raise ValueError("out of range")
    return days


def _list(stored: Any) -> list[Any]:
    if not isinstance(stored, list | tuple | None):
        raise TypeError("no list")
    return list(stored or ())


def plain(fact: Any) -> Any:
    """Return a fact as JSON holds it, for the journal."""
    if isinstance(fact, datetime | date):
        return fact.isoformat()
    return f"{fact.normalize():f}" if isinstance(fact, Decimal) else fact
