"""How large a body may be, in each direction."""

from django.utils.translation import gettext as _

from crm.api.problems import bad_body

#: bytes
MAX_BODY = 1_000_000
#: levels of objects and lists, and of brackets in a form's key
MAX_DEPTH = 32
#: pairs of a form-encoded body; 400 cart lines of 12 fields fit
MAX_PAIRS = 5_000
#: what a 64-bit column and every JSON reader hold
MAX_INTEGER = 2**63 - 1


def no_nul(text: str) -> None:
    """Refuse the NUL character, which PostgreSQL cannot store."""
    if "\0" in text:
        raise bad_body(_("A text holds a NUL character; remove it."))
