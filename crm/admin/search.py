"""Searching lists by what a word begins with, along indexes."""

from collections.abc import Iterable

from django.db.models import Q
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from crm import db
from crm.models import Profile, Site

#: rows of other models that match a profile's name or address: no more profiles than this are looked at
MOST_PROFILES = 200


def begins_with(columns: Iterable[str], term: str) -> Q:
    """Return rows of which one of the columns begins with the term, letter by letter."""
    found = Q()
    for column in columns:
        found |= db.starts_with(column, term)
    return found


def profiles_named(term: str) -> Q:
    """Return profiles by the beginning of e-mail, external id, first or last name, or by a phone number."""
    words = term.split()
    found = begins_with(["external_id"], term)
    if len(words) == 1:
        found |= begins_with(["email_key"], term.lower())
    if "@" in term:
        return found
    if number := _phone(term):
        found |= Q(mobile=number) | Q(phone=number)
    for cut in range(min(len(words), 4)):
        found |= _name(words[:cut], words[cut:]) | _name(words[cut:], words[:cut])
    return found


def profile_ids(term: str) -> list[int]:
    """Return the ids of the first profiles found by a term."""
    return list(Profile.objects.filter(profiles_named(term)).order_by().values_list("pk", flat=True)[:MOST_PROFILES])


def _name(first: list[str], last: list[str]) -> Q:
    found = Q()
    if first:
        found &= _spelt("first_name", " ".join(first))
    if last:
        found &= _spelt("last_name", " ".join(last))
    return found


def _spelt(column: str, words: str) -> Q:
    """Match the ways in which people write a name, each of which an index finds."""
    spellings = {words, words.lower(), words.upper(), words.title(), words.capitalize()}
    found = Q()
    for spelling in sorted(spellings):
        found |= db.starts_with(column, spelling)
    return found


def _phone(term: str) -> str:
    if sum(letter.isdigit() for letter in term) < 6:
        return ""
    try:
        return format_number(parse(term, Site.current().country), PhoneNumberFormat.E164)
    except NumberParseException:
        return ""
