"""Who else is known by an address, a number or an id: what another living profile holds stays with it."""

from collections.abc import Callable, Iterable

from crm.models import Profile
from crm.values import email_key

#: columns by which a profile is known outside, and how what is looked for is written in them
_COLUMNS: dict[str, Callable[[str], str]] = {"email_key": email_key, "external_id": str, "phone": str, "mobile": str}


def own_identifiers(profile_id: int, texts: Iterable[str]) -> frozenset[str]:
    """Return those of the texts by which no other living profile is known: one query for each column."""
    wanted = frozenset(texts)
    others = Profile.objects.filter(erased_at=None).exclude(pk=profile_id)
    shared: set[str] = set()
    for column, written in _COLUMNS.items():
        as_held = {text: written(text) for text in wanted}
        held = set(others.filter(**{f"{column}__in": set(as_held.values())}).values_list(column, flat=True))
        shared |= {text for text, value in as_held.items() if value in held}
    return wanted - shared
