"""Sponsors' links in messages: `{{ referral_url.friends }}`, by the slug of the referral module."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.hosted.links import own_link
from crm.models import Module

NAME = "referral_url"
_PLAIN = re.compile(r"[A-Za-z_][\w-]*")
#: words that Liquid keeps to itself
_KEPT = frozenset("true false nil null empty blank and or not contains in".split())


def programmes() -> list[Module]:
    """Return the referral modules whose links work, by name."""
    return list(Module.objects.filter(kind=Module.Kind.REFERRAL, is_archived=False).order_by("name", "pk"))


def programmes_named(contents: Iterable[Mapping[str, Any]]) -> list[Module]:
    """Return the referral modules whose links these parts of messages may name; asks nothing where none is named."""
    return programmes() if any(NAME in text for parts in contents for text in _texts(parts)) else []


def referral_links(modules: Iterable[Module], profile: uuid.UUID) -> dict[str, str]:
    """Return the links of a profile (by uid) as a sponsor, by slug."""
    return {module.slug: own_link(module, profile) for module in modules}


def leading_nowhere(links: Mapping[str, Any]) -> dict[str, Any]:
    """Return links by the same names that lead nowhere: who only looks at a message acts for nobody."""
    return {name: leading_nowhere(link) if isinstance(link, Mapping) else "#" for name, link in links.items()}


def path_of(slug: str) -> str:
    """Return how a text names the link of a module."""
    is_plain = _PLAIN.fullmatch(slug) is not None and slug not in _KEPT
    return f"{NAME}.{slug}" if is_plain else f"{NAME}['{slug}']"


def _texts(parts: Mapping[str, Any]) -> Iterator[str]:
    for value in parts.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts(value)
