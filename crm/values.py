"""Values as people and shops write them, read into the form that is stored; every reader raises Invalid."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from crm.countries import COUNTRIES
from crm.errors import Invalid

#: in minor units; far above any order, far below the limit of a 64-bit column
MOST_MONEY = 10**14
#: a balance of points stays far below the limit of a 64-bit column
MOST_POINTS = 10**15

_FEMALE = frozenset("f mlle mme mrs ms femme madame mademoiselle female girl woman miss".split())
_MALE = frozenset("m h mr homme monsieur male boy man mister".split())
_YES = frozenset({"1", "true", "yes", "oui", "on", "y", "o"})
_NO = frozenset({"0", "false", "no", "non", "off", "n"})
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2}))?$")
_DATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ].*)?$")),
    ("dmy", re.compile(r"^(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})$")),
    ("mdy", re.compile(r"^(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})$")),
)


def parse_text(value: Any, *, longest: int, field: str = "") -> str:
    """Return a text without surrounding space; None is empty."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float | Decimal) or isinstance(value, bool):
        raise Invalid(str(_("This must be a text.")), field=field)
    text = str(value).strip()
    if "\0" in text:
        raise Invalid(str(_("A text cannot hold a NUL character.")), field=field)
    if len(text) > longest:
        raise Invalid(str(_("This text is too long: %(n)d characters at most.") % {"n": longest}), field=field)
    return text


def email_key(email: str) -> str:
    """Return what makes an e-mail the same as another: trimmed, composed, in small letters; empty stays empty."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def alias_key(email: str) -> str:
    """Return what an e-mail and its aliases have in common: no +tag, no dots before the @."""
    name, _at, domain = email_key(email).rpartition("@")
    domain = "gmail.com" if domain == "googlemail.com" else domain
    return f"{name.partition('+')[0].replace('.', '')}@{domain}" if name else ""


def parse_email(value: Any, *, field: str = "email") -> str:
    """Return an e-mail with its domain in small letters; empty stays empty."""
    text = parse_text(value, longest=254, field=field)
    if not text:
        return ""
    name, _at, domain = unicodedata.normalize("NFC", text).rpartition("@")
    text = f"{name}@{domain.lower()}"
    try:
        validate_email(text)
    except ValidationError:
        raise Invalid(str(_("This is not an e-mail address.")), field=field) from None
    return text


def parse_phone(value: Any, *, country: str, field: str = "phone") -> str:
    """Return a phone number as E.164, read as one dials it in `country` (ISO 2); empty stays empty."""
    text = parse_text(value, longest=40, field=field)
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid(str(_("This is not a phone number; write it as +33 6 12 34 56 78.")), field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_money(value: Any, *, field: str = "amount") -> int:
    """Return an amount in minor units: "54.00", "54,00", 54 and 54.0 are 5400; halves round up."""
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise InvalidOperation
        text = str(value).strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
        if "," in text and "." not in text:
            text = text.replace(",", ".")
        amount = Decimal(text)
        # "1e999999" would take a minute to become an integer, if it became one.
        if not amount.is_finite() or amount.adjusted() > 20:
            raise InvalidOperation
        cents = int((amount * 100).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError):
        raise Invalid(str(_("This must be an amount, such as 54.00.")), field=field) from None
    if abs(cents) > MOST_MONEY:
        raise Invalid(str(_("This amount is out of range.")), field=field)
    return cents


def write_money(cents: int) -> str:
    """Return an amount in minor units as `parse_money` reads it: 5400 is "54.00"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def parse_date(value: Any, *, order: str = "", field: str = "date") -> date | None:
    """Return a day written yyyy-mm-dd, dd/mm/yyyy or, with `order` "mdy", mm/dd/yyyy; empty is None."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    for name, pattern in _DATES:
        if (not order or order == name) and (found := pattern.match(text)):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
            if 1800 < day.year < 2300:
                return day
    raise Invalid(str(_("This must be a day, such as 1985-01-31.")), field=field)


def parse_gender(value: Any, *, field: str = "gender") -> str:
    """Return female, male, or empty for what is none of the words that mean one of them."""
    word = parse_text(value, longest=40, field=field).lower().rstrip(".")
    return "female" if word in _FEMALE else "male" if word in _MALE else ""


def parse_language(value: Any, *, field: str = "language") -> str:
    """Return a language as `fr` or `fr_FR`; fr-fr is accepted."""
    text = parse_text(value, longest=20, field=field)
    if not text:
        return ""
    found = _LANGUAGE.match(text)
    if found is None:
        raise Invalid(str(_("This must be a language, such as fr or fr_FR.")), field=field)
    return found[1].lower() + (f"_{found[2].upper()}" if found[2] else "")


def parse_country(value: Any, *, field: str = "country") -> str:
    """Return an ISO 3166 code of two letters."""
    text = parse_text(value, longest=60, field=field).upper()
    if text and text not in COUNTRIES:
        raise Invalid(str(_("This must be a country of two letters, such as FR.")), field=field)
    return text


def parse_currency(value: Any, *, field: str = "currency") -> str:
    """Return an ISO 4217 code of three letters."""
    text = parse_text(value, longest=20, field=field).upper()
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise Invalid(str(_("This must be a currency of three letters, such as EUR.")), field=field)
    return text


def parse_time_zone(value: Any, *, field: str = "time_zone") -> str:
    """Return a zone of the tz database, such as Europe/Paris."""
    text = parse_text(value, longest=64, field=field)
    if text:
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            raise Invalid(str(_("This must be a time zone, such as Europe/Paris.")), field=field) from None
    return text


def parse_boolean(value: Any, *, field: str = "") -> bool:
    """Return yes or no, written in one of the usual ways."""
    word = str(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Invalid(str(_("This must be yes or no.")), field=field)


def parse_number(value: Any, *, field: str = "") -> Decimal:
    """Return a number with at most four decimals and fourteen digits before them."""
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise InvalidOperation
        number = Decimal(str(value).strip().replace(",", ".")).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    except InvalidOperation:
        raise Invalid(str(_("This must be a number.")), field=field) from None
    if not number.is_finite() or abs(number) >= 10**14:
        raise Invalid(str(_("This number is out of range.")), field=field)
    return number


def parse_choice(value: Any, choices: Mapping[str, Any] | list[str], *, field: str = "") -> str:
    """Return one of the choices."""
    text = parse_text(value, longest=500, field=field)
    if text not in choices:
        listed = ", ".join(map(str, choices))
        raise Invalid(str(_("This must be one of: %(choices)s.") % {"choices": listed}), field=field)
    return text


#: a reader takes what was written and the keyword `field`
Reader = Callable[..., Any]
