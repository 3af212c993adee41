"""The person that is looked for in all tables."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm.values import email_key
from crm.whole_words import whole

#: shorter texts are found in half of all rows
_SHORTEST = 4
#: letters that JSON writes in one way only, whatever wrote it, and whose capitals every database knows
_PLAIN = re.compile(r"[ !#-\[\]-~]+")


@dataclass(frozen=True)
class Subject:
    """A profile's number, and the addresses, phone numbers and ids under which it is or was known."""

    profile_id: int
    identifiers: frozenset[str] = frozenset()

    @cached_property
    def emails(self) -> frozenset[str]:
        """Return the addresses among the identifiers, in small letters."""
        return frozenset(email_key(text) for text in self.identifiers if "@" in text)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return what, found in a text, says that it speaks of this person; in small letters."""
        return tuple(sorted({text.lower() for text in self.identifiers if len(text) >= _SHORTEST}))

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return those of the texts that name nobody as a part of a longer one: "2025" stands for a year too."""
        return frozenset(text for text in self.texts if "@" not in text and not text.startswith("+"))

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return whole(text for text in self.texts if text not in self.ids)

    @property
    def plain_texts(self) -> list[str]:
        """Return of each text the longest stretch that stands in every JSON document which holds the text."""
        return sorted({max(_PLAIN.findall(text), key=len, default="") for text in self.texts})

    def is_in(self, value: Any) -> bool:
        """Tell whether a JSON value names the person: by the number that the API gives, or by an identifier.

        Addresses and phone numbers count as whole words of any text, ids as a whole text only.
        """
        if isinstance(value, dict):
            return any(self._is_number(name, item) or self.is_in(item) for name, item in value.items())
        if isinstance(value, list):
            return any(self.is_in(item) for item in value)
        return isinstance(value, str) and self._is_named(value.lower())

    def _is_named(self, text: str) -> bool:
        return text.strip() in self.ids or self._words.search(text) is not None

    def _is_number(self, name: str, value: Any) -> bool:
        if name == "customer" and isinstance(value, dict):
            return str(value.get("id")) == str(self.profile_id)
        return name == "customerId" and str(value) == str(self.profile_id)


def identifiers(*values: Iterable[Any]) -> frozenset[str]:
    """Return the texts among values, without the empty ones."""
    return frozenset(str(value).strip() for some in values for value in some if value and str(value).strip())
