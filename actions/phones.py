"""Mobile numbers: which are some, of which country, and in which time zone their owners live."""

import phonenumbers
from phonenumbers import PhoneNumberType, timezone

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def mobile_number(text: str, country: str) -> str:
    """Return a number as E.164 if it is a valid mobile, read as one dials it in a country (06…, +33…); else empty."""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
