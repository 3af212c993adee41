"""Mobile numbers: which are some, of which country, and in which time zone their owners live."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType, timezone

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


#: mobiles that are written in two ways, as numbering plans were changed: what comes before a digit that may be missing,
#: the digit, and what comes after it. Carriers and WhatsApp go on using both.
_TWINS = (
    (re.compile(r"(\+52)(1?)(\d{10})"), "1"),  # Mexico, until 2019
    (re.compile(r"(\+54)(9?)(\d{10})"), "9"),  # Argentina: without it as dialled from inside
    (re.compile(r"(\+55\d\d)(9?)([6-9]\d{7})"), "9"),  # Brazil: the ninth digit, since 2012
)


def mobile_number(text: str, country: str) -> str:
    """Return a number as E.164 if it is a valid mobile, read as one dials it in a country (06…, +33…); else empty.

    One in a spelling that is valid no more is returned as it is written today.
    """
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number):
        return written if _is_mobile(written) else ""
    return next((twin for twin in sorted(spellings(written)) if _is_mobile(twin)), "")


def spellings(number: str) -> set[str]:
    """Return all ways in which a mobile may be written as E.164, the one given among them; empty for no number."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return set()
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    found = {written}
    for pattern, digit in _TWINS:
        if match := pattern.fullmatch(written):
            found |= {f"{match[1]}{match[3]}", f"{match[1]}{digit}{match[3]}"}
    return found


def _is_mobile(number: str) -> bool:
    parsed = phonenumbers.parse(number)
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) in _MOBILE


def country_of(number: str) -> str:
    """Return the country of a number in E.164; empty where it has none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def time_zone_of(number: str) -> str:
    """Return the time zone of a number's country where it has only one, or the first of them; empty if unknown."""
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ""
    return next((zone for zone in zones if "/" in zone and not zone.startswith("Etc/")), "")
