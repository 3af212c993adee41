"""The stock of a pool: codes read from a paste or a file, and added all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.errors import Invalid
from crm.models import Coupon, CouponPool
from crm.values import parse_text

LONGEST = 60
_HEADINGS = frozenset({"code", "codes", "coupon", "coupons", "code promo", "coupon code"})
#: as many codes are read at once
MOST = 200_000


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that is no new code: its number, what stands there, and why."""

    number: int
    text: str
    why: str

    def __str__(self) -> str:
        return str(_("Line %(number)d, “%(text)s”: %(why)s")) % {
            "number": self.number,
            "text": self.text[:LONGEST],
            "why": self.why,
        }


@dataclass(slots=True)
class Codes:
    """What was read: the codes that are new, and the lines that are none."""

    new: list[str] = field(default_factory=list)
    wrong: list[WrongLine] = field(default_factory=list)


def read_codes(text: str) -> Codes:
    """Read a code from each line; raises Invalid for more than can be read at once. Changes nothing.

    Empty lines are passed over, and quotes around a code, as spreadsheets write them.
    """
    found: dict[str, int] = {}
    wrong: list[WrongLine] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        code = line.strip().strip('"').strip()
        if not code:
            continue
        why = _refusal(code, is_first=number == 1)
        if not why and code in found:
            why = str(_("it stands on line %(first)d already.")) % {"first": found[code]}
        if why:
            wrong.append(WrongLine(number, code, why))
        else:
            found[code] = number
        if len(found) + len(wrong) > MOST:
            raise Invalid(str(_("At most %(most)d codes can be read at once.") % {"most": MOST}), field="codes")
    there = set(_existing(found))
    wrong += [WrongLine(found[code], code, str(_("this code exists already."))) for code in there]
    return Codes([code for code in found if code not in there], sorted(wrong, key=lambda line: line.number))


def add_codes(pool: CouponPool, *, codes: Iterable[str]) -> int:
    """Add codes to a pool, all or none; those that exist already are passed over. Returns how many are new."""
    wanted = list(dict.fromkeys(parse_text(code, longest=LONGEST, field="codes") for code in codes if code.strip()))
    with transaction.atomic():
        there = set(_existing(wanted))
        rows = [Coupon(pool=pool, code=code) for code in wanted if code not in there]
        for batch in db.batches(rows, 5_000):
            db.insert_rows(batch)
    return len(rows)


def _refusal(code: str, *, is_first: bool) -> str:
    if is_first and code.casefold() in _HEADINGS:
        return str(_("this is the heading of a column, no code."))
    if any(letter in ",;\t" for letter in code):
        return str(_("give one code on each line, and nothing else."))
    if len(code) > LONGEST:
        return str(_("a code has at most %(most)d characters.")) % {"most": LONGEST}
    if not code.isprintable() or any(letter.isspace() for letter in code):
        return str(_("a code has no spaces and no control characters."))
    return ""


def _existing(codes: Sequence[str] | dict[str, int]) -> Iterable[str]:
    for batch in db.batches(codes):
        yield from Coupon.objects.filter(code__in=batch).values_list("code", flat=True)
