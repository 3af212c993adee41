"""How values are said to people, in the current language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def money(cents: int, currency: str) -> str:
    """Return an amount as it is written in the current language: €12.50, 12,50 €."""
    amount = number_format(abs(Decimal(cents)) / 100, 2, use_l10n=True, force_grouping=True)
    sign = "-" if cents < 0 else ""
    symbol = _SYMBOLS.get(currency, currency)
    if (get_language() or "").startswith("en") and len(symbol) == 1:
        return f"{sign}{symbol}{amount}"
    return f"{sign}{amount}\u00a0{symbol}".strip()


def discount(value: int, *, is_percent: bool, currency: str) -> str:
    """Return what a coupon is worth: 10%, €5.00."""
    return _("%(n)d%%") % {"n": value} if is_percent else money(value, currency)


def when(instant: datetime | None) -> str:
    """Return an instant as date and time of the reader."""
    return date_format(timezone.localtime(instant), "SHORT_DATETIME_FORMAT") if instant else ""


def points(number: int) -> str:
    """Return points with their sign."""
    return f"{'+' if number > 0 else ''}{number_format(number, force_grouping=True)}"


def said(value: Any) -> str:
    """Return a plain value in words."""
    if value is None or value == "":
        return "–"
    if value is True or value is False:
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(
            value.quantize(1) if value == value.to_integral() else value.normalize(), force_grouping=True
        )
    if isinstance(value, int | float):
        return number_format(value, force_grouping=True)
    if isinstance(value, list | tuple):
        return ", ".join(said(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {said(item)}" for name, item in value.items())
    return str(value)


def pairs(values: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    """Flatten what a shop sent into names and values that one can read; lists of rows are numbered."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        where = f"{path}{name}"
        if isinstance(value, Mapping) and value:
            found += pairs(value, f"{where} · ")
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            for number, item in enumerate(value, 1):
                found += pairs(item, f"{where} {number} · ")
        else:
            found.append((where, said(value)))
    return found


def language_name(code: str) -> str:
    """Return the name of a language in the current one; the code itself for a language nobody named."""
    try:
        return str(get_language_info(code.lower().replace("_", "-"))["name_translated"]).capitalize()
    except KeyError:
        return code
