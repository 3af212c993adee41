"""Phrases that several pages say."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext


def say_duration(row: Mapping[str, Any] | None) -> str:
    """Say {"count", "unit"} in the current language; nothing is "no delay"."""
    if not row or not row.get("count"):
        return gettext("no delay")
    count = int(row["count"])
    phrases = {
        "minutes": ngettext("%(count)d minute", "%(count)d minutes", count),
        "hours": ngettext("%(count)d hour", "%(count)d hours", count),
        "days": ngettext("%(count)d day", "%(count)d days", count),
        "weeks": ngettext("%(count)d week", "%(count)d weeks", count),
    }
    return phrases[row["unit"]] % {"count": count}


def join(words: Iterable[Any], last: str = "") -> str:
    """Join names: "a, b and c"; `last` is the word before the last one, "and" if empty."""
    items = [str(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last or gettext('and')} {items[-1]}"
