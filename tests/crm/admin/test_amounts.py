"""Amounts as people write them."""

import pytest
from django import forms
from django.utils import translation

from crm.admin.amounts import MoneyField
from crm.words import money, said


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("12,50", 1250),
        ("12.50", 1250),
        ("12,5", 1250),
        ("12", 1200),
        ("1 234,50", 123450),
        ("1\u202f234,50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("-3,20", -320),
        ("0.01", 1),
        ("", 0),
    ],
)
def test_an_amount_may_be_written_in_either_way(written: str, cents: int) -> None:
    assert MoneyField(required=False).clean(written) == cents


@pytest.mark.parametrize("written", ["twelve", "1,2,3", "12.505,1.2", "1e5", "١٢", "--1", "9" * 30, "12 €"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(written)


def test_the_same_amount_written_otherwise_is_no_change() -> None:
    assert not MoneyField().has_changed(1250, "12,5")
    assert MoneyField().has_changed(1250, "12,51")


def test_an_amount_is_shown_as_its_reader_writes_it() -> None:
    with translation.override("en"):
        assert money(123450, "EUR") == "€1,234.50"
        assert money(-5, "XOF") == "-0.05\u00a0XOF"
    with translation.override("fr"):
        assert money(123450, "EUR").replace("\u202f", "\u00a0") == "1\u00a0234,50\u00a0€"
        assert said(True) == "Oui"
