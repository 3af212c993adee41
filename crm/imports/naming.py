"""Whether a line of a file names somebody who is looked for: by whole values and words, never by a part of one."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from crm.errors import Invalid
from crm.models import Site
from crm.values import email_key, parse_phone
from crm.whole_words import whole

#: columns that say who somebody is; others hold what many people share, a postcode or a size
_TELLING = frozenset({"", "email", "external_id", "phone", "mobile"})
#: in a column that nobody explained, a shorter text stands for too many things
_SHORTEST = 4
#: so many digits at the end are the same however a number is written
_TAIL = 6


class LookedFor:
    """Addresses, ids and phone numbers by which lines of one file are searched."""

    def __init__(self, identifiers: Iterable[str], mapping: Sequence[str]) -> None:
        self.mapping = mapping
        found = {text.strip() for text in identifiers}
        self._texts = {text.casefold() for text in found if "@" not in text}
        self._phones = {text for text in found if text[:1] == "+" and text[1:].isdecimal()}
        self._tails = {text[-_TAIL:] for text in self._phones}
        self._words = whole({email_key(text) for text in found if "@" in text} | self._phones)
        self._country = Site.current().country if self._phones else ""

    def are_in(self, line: Sequence[str]) -> bool:
        """Tell whether a line names one of them."""
        columns = chain(self.mapping, repeat(""))  # what nobody explained may hold anything
        return any(self._is_named(value, target) for value, target in zip(line, columns, strict=False) if value)

    def _is_named(self, value: str, target: str) -> bool:
        if ("@" in value or "+" in value) and self._words.search(email_key(value)):
            return True
        if target not in _TELLING:
            return False
        word = value.strip().casefold()
        if word in self._texts and (target or len(word) >= _SHORTEST):
            return True
        return bool(self._phones) and self._is_phone(word)

    def _is_phone(self, word: str) -> bool:
        if "".join(filter(str.isdecimal, word))[-_TAIL:] not in self._tails:
            return False
        try:
            return parse_phone(word, country=self._country) in self._phones
        except Invalid:
            return False
