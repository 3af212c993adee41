"""How texts are compared: without regard to case and accents, by one table that Python and both databases share.

A database's own LOWER and collations differ from one installation to the next; this table does not.
"""

import unicodedata

_RANGES = ((0x41, 0x5B), (0xC0, 0x250), (0x370, 0x530), (0x1E00, 0x1F00))
_NO_DECOMPOSITION = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
_MARKS = "".join(map(chr, range(0x300, 0x370)))
#: what one letter becomes two for, done after the table
PAIRS = (("ß", "ss"), ("œ", "oe"), ("æ", "ae"))


def _base(letter: str) -> str:
    """Return a letter in small and without its marks."""
    small = unicodedata.normalize("NFD", unicodedata.normalize("NFD", letter).casefold())
    bare = "".join(part for part in small if not unicodedata.combining(part))
    return _NO_DECOMPOSITION.get(bare, bare)


def _table() -> tuple[str, str]:
    """Return the letters to replace and what by; what stands beyond the second text is removed, as TRANSLATE does."""
    letters = {chr(code): _base(chr(code)) for start, end in _RANGES for code in range(start, end)}
    changed = {letter: base for letter, base in letters.items() if len(base) == 1 and base != letter}
    changed["ẞ"] = "ß"
    # PostgreSQL searches the list for every letter from its start: the usual ones come first.
    usual = "abcdefghijklmnopqrstuvwxyz0123456789 @.-_'"
    return usual + "".join(changed) + _MARKS, usual + "".join(changed.values())


REPLACED, BY = _table()


_MAP = {ord(letter): BY[i] if i < len(BY) else None for i, letter in reversed(list(enumerate(REPLACED)))}


def fold(text: str) -> str:
    """Return a text as it is compared: small letters without accents."""
    folded = text.translate(_MAP)
    for letter, pair in PAIRS:
        folded = folded.replace(letter, pair)
    return folded
