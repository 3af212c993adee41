"""The form of a coupon pool: what a code is worth, and new codes out of a paste or a file."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from crm.admin.amounts import MoneyField
from crm.errors import Invalid
from crm.models import CouponPool
from crm.services.coupon_codes import Codes, read_codes

#: as many wrong lines are named; the others are counted
NAMED = 50
PREFIX = re.compile(r"[A-Za-z0-9_-]*")
LARGEST_FILE = 20_000_000  # bytes


class PoolForm(forms.ModelForm):
    """A pool; what a code is worth is an amount, or a whole number of per cent."""

    value = MoneyField(label=_("Value"), help_text=_("An amount like 12.50, or per cent like 10."))
    codes = forms.CharField(
        label=_("New codes"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget({"rows": 5}),
        help_text=_("One on each line. Nothing is added while a line is wrong, unless wrong lines are left out."),
    )
    codes_file = forms.FileField(
        label=_("New codes from a file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("A text or CSV file with one code on each line."),
    )
    leaves_out = forms.BooleanField(
        label=_("Leave out wrong lines"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Codes that exist already and lines that are no code are passed over; the others are added."),
    )

    class Meta:
        model = CouponPool
        fields = ("name", "is_generated", "prefix", "discount", "value", "minimum", "valid_for_days", "is_archived")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and self.instance.discount == CouponPool.Discount.PERCENT:
            self.initial["value"] = self.instance.value * 100

    def clean_prefix(self) -> str:
        """Refuse what would make codes that people cannot type."""
        prefix = str(self.cleaned_data["prefix"] or "").strip()
        if not PREFIX.fullmatch(prefix):
            raise forms.ValidationError(_("Letters, digits, _ and - only."))
        return prefix

    def clean_codes_file(self) -> str:
        """Return the text of the file."""
        file = self.cleaned_data["codes_file"]
        if not file:
            return ""
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large."))
        file.seek(0)
        raw = file.read()
        if b"\0" in raw:
            raise forms.ValidationError(_("This is no text file. Save the table as CSV and choose that file."))
        try:
            return str(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(raw.decode("cp1252", "replace"))

    def clean(self) -> dict[str, Any] | None:
        """Turn hundredths of a per cent back into per cent, and read the new codes."""
        cleaned = super().clean()
        value = self.cleaned_data.get("value")
        if value is not None and self.cleaned_data.get("discount") == CouponPool.Discount.PERCENT:
            if value % 100 or not 100 <= value <= 10_000:
                self.add_error("value", _("Give a whole number from 1 to 100."))
            self.cleaned_data["value"] = value // 100
        elif value is not None and value <= 0:
            self.add_error("value", _("Give an amount above 0."))
        if not self.cleaned_data.get("is_generated"):
            self._read("codes")
            self._read("codes_file")
        return cleaned

    def new_codes(self) -> list[str]:
        """Return the codes to add: those pasted, then those of the file."""
        cleaned = self.cleaned_data
        if cleaned.get("is_generated"):
            return []
        return [code for name in ("codes", "codes_file") for code in (cleaned.get(name) or Codes()).new]

    def _read(self, name: str) -> None:
        try:
            read = read_codes(self.cleaned_data.get(name) or "")
        except Invalid as error:
            self.add_error(name, error.message)
            return
        self.cleaned_data[name] = read
        if read.wrong and not self.cleaned_data.get("leaves_out"):
            self.add_error(name, [str(line) for line in read.wrong[:NAMED]])
            more = len(read.wrong) - NAMED
            if more > 0:
                words = ngettext("And %(n)d more line is wrong.", "And %(n)d more lines are wrong.", more)
                self.add_error(name, words % {"n": more})
