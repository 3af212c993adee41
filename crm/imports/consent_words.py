"""The words by which files say yes and no of a consent, in both languages, as other tools export them."""

import re
import unicodedata

from django.utils.translation import gettext as _

from crm.errors import Invalid
from crm.models import ConsentStatus

_SAID: dict[str, str] = {
    ConsentStatus.ACCEPTED: """
        1 oui yes o y true vrai on x ok ✓ ✔ accepted accepte accept accord
        optin optedin subscribed abonne abonnee inscrit inscrite
    """,
    ConsentStatus.REFUSED: """
        0 non no n false faux off ko refused refuse
        optout optedout unsubscribed desabonne desabonnee desinscrit desinscrite
    """,
    ConsentStatus.TO_CONFIRM: "toconfirm aconfirmer",
    ConsentStatus.UNKNOWN: "unknown inconnu",
}
_WORDS = {word: status for status, words in _SAID.items() for word in words.split()}
_SIGNS = re.compile(r"[\s_.\-]")


def parse_consent(value: str) -> str:
    """Return the status that a word means; raises Invalid for any other: nobody's consent is changed by a guess."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", value) if not unicodedata.combining(letter))
    status = _WORDS.get(_SIGNS.sub("", plain.casefold()))
    if status is None:
        raise Invalid(_("This is neither yes nor no (or: to confirm, unknown)."))
    return status
