"""Dates, numbers and amounts of money in the language and time zone of who reads them."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal, get_currency_precision
from liquid.undefined import is_undefined

#: The language and the time zone of the message that is being rendered.
reader: ContextVar[tuple[str, str]] = ContextVar("reader", default=("en", "UTC"))
_DIRECTIVE = re.compile(r"%([-_0^#]?)([A-Za-z%])")
Width = Literal["abbreviated", "wide"]
_STYLES = ("short", "medium", "long", "full")


@lru_cache(maxsize=64)
def locale_for(language: str) -> Locale:
    """Return the locale of `fr`, `fr_FR` or `fr-FR`; English where there is none."""
    for name in (language.replace("-", "_"), language[:2].lower()):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale("en")


@lru_cache(maxsize=64)
def zone_for(name: str) -> tzinfo:
    """Return the time zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def moment(value: object) -> datetime | date | None:
    """Read ISO 8601, seconds since 1970, `now` and `today`; an instant comes in the reader's zone."""
    zone = zone_for(reader.get()[1])
    if value in ("now", "today"):
        return datetime.now(zone)
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            value = int(text) if text.isdecimal() and len(text) <= 11 else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = datetime.fromtimestamp(value, UTC)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)
    return value if isinstance(value, date) else None


def date_filter(value: Any, style: Any = "medium") -> str:
    """Write a date: `short`, `medium`, `long`, `full`, `time`, `datetime`, or a pattern such as `%d/%m/%Y`."""
    when = moment(value)
    if when is None:
        return "" if value is None or is_undefined(value) else str(value)
    locale = locale_for(reader.get()[0])
    style = "medium" if is_undefined(style) else str(style)
    if "%" in style:
        return _pattern(when, style[:200], locale)
    if style == "time":
        return format_time(when, "short", locale=locale) if isinstance(when, datetime) else ""
    if style == "datetime" and isinstance(when, datetime):
        return format_datetime(when, "medium", locale=locale)
    return format_date(when, style if style in _STYLES else "medium", locale=locale)


def number_filter(value: Any, decimals: Any = None) -> str:
    """Write a number with the reader's separators; `decimals` fixes how many stand behind the comma."""
    amount = _decimal(value)
    if amount is None:
        return "" if value is None or is_undefined(value) else str(value)
    places = _decimal(decimals)
    shown = format_decimal(amount, locale=locale_for(reader.get()[0])) if places is None else ""
    if places is not None:
        digits = min(max(int(places), 0), 10)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        shown = format_decimal(amount, format=pattern, locale=locale_for(reader.get()[0]))
    return shown


def money_filter(value: Any, currency: Any = "EUR") -> str:
    """Write an amount in whole units (`15.67` is 15.67 €) with its currency (ISO 4217)."""
    amount = _decimal(value)
    if amount is None:
        return "" if value is None or is_undefined(value) else str(value)
    code = str(currency).upper() if currency and not is_undefined(currency) else "EUR"
    return _money(amount, code[:3] if code[:3].isalpha() else "EUR", reader.get()[0])


@lru_cache(maxsize=1024)
def _money(amount: Decimal, currency: str, language: str) -> str:
    rounded = amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)))
    return format_currency(rounded, currency, locale=locale_for(language))


def _decimal(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool) or is_undefined(value):
        return None
    try:
        amount = Decimal(str(value).strip().replace("\u202f", "").replace(",", ".")[:40])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**20 else None


def _pattern(when: datetime | date, pattern: str, locale: Locale) -> str:
    """Write the directives of strftime, with the reader's names of days and months; others are left as they are."""

    def write(match: re.Match[str]) -> str:
        make = _DIRECTIVES.get(match[2])
        if make is None:
            return match[0]
        written = make(full, locale)
        if match[1] == "-":
            return written.lstrip("0") or "0"
        return written.upper() if match[1] == "^" else written

    full = when if isinstance(when, datetime) else datetime.combine(when, time.min, UTC)
    return _DIRECTIVE.sub(write, pattern)


def _month(when: datetime, locale: Locale, width: Width) -> str:
    return str(get_month_names(width, locale=locale)[when.month])


def _day(when: datetime, locale: Locale, width: Width) -> str:
    return str(get_day_names(width, locale=locale)[when.weekday()])


def _plain(directive: str) -> Callable[[datetime, Locale], str]:
    return lambda when, _locale: when.strftime(f"%{directive}")


_DIRECTIVES: dict[str, Callable[[datetime, Locale], str]] = {
    **{directive: _plain(directive) for directive in "dmyHIMSjpzZFTRDUWuw"},
    "Y": lambda when, _locale: str(when.year),
    "B": lambda when, locale: _month(when, locale, "wide"),
    "b": lambda when, locale: _month(when, locale, "abbreviated"),
    "A": lambda when, locale: _day(when, locale, "wide"),
    "a": lambda when, locale: _day(when, locale, "abbreviated"),
    "e": lambda when, _locale: str(when.day),
    "k": lambda when, _locale: str(when.hour),
    "l": lambda when, _locale: str(when.hour % 12 or 12),
    "s": lambda when, _locale: str(int(when.timestamp())),
    "x": lambda when, locale: format_date(when, "short", locale=locale),
    "X": lambda when, locale: format_time(when, "short", locale=locale),
    "c": lambda when, locale: format_datetime(when, "medium", locale=locale),
    "%": lambda _when, _locale: "%",
}
