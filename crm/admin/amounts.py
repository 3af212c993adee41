"""Amounts of money as people write and read them; everywhere else they are cents."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

#: the largest amount: it still fits the column when lines are added up
_MOST = 10**15


class MoneyField(forms.Field):
    """An amount: 12,50 and 12.50 both mean 1250 cents; empty means 0."""

    default_error_messages = {"invalid": _("Write an amount, like 12.50.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", AmountInput(attrs={"inputmode": "decimal"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> int:
        """Return cents."""
        text = re.sub(r"[\s\u00a0\u202f']", "", str(value or ""))
        if not text:
            return 0
        pattern = r"-?\d{1,3}(?:[.,]?\d{3})*(?:[.,]\d{1,2})?|-?\d+(?:[.,]\d{1,2})?"
        if len(text) > 40 or not re.fullmatch(pattern, text, re.ASCII):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        whole, cents = _cut(text)
        try:
            amount = int(Decimal(f"{whole}.{cents or 0}") * 100)
        except InvalidOperation as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if abs(amount) > _MOST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return amount

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare cents: 12,5 is 12.50."""
        try:
            return int(initial or 0) != self.to_python(data)
        except forms.ValidationError:
            return True


class AmountInput(UnfoldAdminTextInputWidget):
    """A text input that shows cents as an amount."""

    def format_value(self, value: Any) -> str:
        """Return 1250 as 12.50, and what somebody typed as they typed it."""
        if isinstance(value, int):
            return number_format(Decimal(value) / 100, 2, use_l10n=True)
        return str(value or "")


def _cut(text: str) -> tuple[str, str]:
    """Split an amount at its decimal sign, which is followed by one or two digits."""
    found = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: found.start()] if found else text
    return re.sub(r"[.,]", "", whole), found.group(1) if found else ""
