"""How long an SMS is: GSM-7 takes 160 characters, 153 a part; UCS-2 70, 67 a part (GSM 03.38, 3GPP TS 23.038).

static/actions/sms.js counts by the same rules while one writes; a test holds the two together.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: each takes two places: an escape and itself
_EXTENDED = frozenset("^{}\\[~]|€\f")
_OPENING = re.compile(r"\{\{|\{%")


@dataclass(frozen=True, slots=True)
class Size:
    """How long a text is: places taken, parts sent, and how many places those parts have."""

    alphabet: str
    units: int
    parts: int
    room: int


def size_of(text: str) -> Size:
    """Count a text; no character is torn in two by the end of a part."""
    is_gsm = all(letter in _BASIC or letter in _EXTENDED for letter in text)
    widths = [(2 if letter in _EXTENDED else 1) if is_gsm else (2 if ord(letter) > 0xFFFF else 1) for letter in text]
    alone, each = (160, 153) if is_gsm else (70, 67)
    units = sum(widths)
    if units <= alone:
        return Size("GSM-7" if is_gsm else "UCS-2", units, 1 if units else 0, alone)
    parts, used = 1, 0
    for width in widths:
        if used + width > each:
            parts, used = parts + 1, 0
        used += width
    return Size("GSM-7" if is_gsm else "UCS-2", units, parts, parts * each)


def without_tags(text: str) -> str:
    """Return a text without its merge tags: what they print is not known while one writes, and is not counted.

    Takes linear time, also where many are opened and none is closed.
    """
    kept, position, unclosed = [], 0, set[str]()
    for opening in _OPENING.finditer(text):
        closer = "}}" if opening[0] == "{{" else "%}"
        if opening.start() < position or closer in unclosed:
            continue
        end = text.find(closer, opening.end())
        if end < 0:
            unclosed.add(closer)
            continue
        kept.append(text[position : opening.start()])
        position = end + 2
    return "".join(kept) + text[position:]


def with_stop(text: str, stop_text: str, language: str) -> str:
    """Return a marketing text with how to stop at its end, unless that is in it already."""
    stop = stop_text or usual_stop(language)
    return text if stop in text else f"{text}\n{stop}"


@cache
def usual_stop(language: str) -> str:
    """Return how to stop in a language, short and in GSM-7."""
    with translation.override(language.partition("_")[0] or settings.LANGUAGE_CODE):
        return _("STOP: reply STOP")
