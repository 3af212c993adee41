"""The countries of ISO 3166-1, by their code of two letters, and what people call them."""

import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW XK
    """.split()
)


def country_choices(first: str = "") -> tuple[tuple[str, str], ...]:
    """Return all countries with their names in the current language, in its order, but for the one put first.

    A code without a name names itself.
    """
    return tuple(sorted(_names(get_language() or "en"), key=lambda each: each[0] != first))


@lru_cache(maxsize=16)
def _names(language: str) -> tuple[tuple[str, str], ...]:
    try:
        known = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        known = Locale("en").territories
    named = ((code, str(known.get(code, code))) for code in COUNTRIES)
    return tuple(sorted(named, key=lambda each: unicodedata.normalize("NFD", each[1]).casefold()))
