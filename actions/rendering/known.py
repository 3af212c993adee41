"""Which merge tags something sets, and what is wrong with texts: unknown tags beside what cannot be rendered."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from actions.referral_links import NAME, programmes
from actions.rendering.namespaces import PROFILE_ALIASES
from actions.rendering.problems import problems, variables
from crm.models import Profile

#: what every message may name, besides profile and data
ALWAYS = ("site.id", "site.name", "site.url", "site.cart_url", "unsubscribe_url", "preferences_url", "pot_url")
#: names in brackets and their quotes, as dots
_PLAIN = str.maketrans({"[": ".", "]": None, "'": None, '"': None})
#: of a profile, besides its own columns
COMPUTED = ("status", "tags", "custom", "consents", "pot", "points", "full_name", "id", "uid")


def usual_paths() -> set[str]:
    """Return every path that any message may read; one that ends in `.*` is open below."""
    profile = [field.attname for field in Profile._meta.concrete_fields]
    paths = {f"profile.{name}" for name in (*profile, *PROFILE_ALIASES, *COMPUTED)} | set(ALWAYS)
    paths |= {f"{NAME}.{module.slug}" for module in programmes()}
    return paths | {"profile.custom.*", "profile.consents.*", "profile.tags.*"}


def template_paths() -> set[str]:
    """Return every path that a template may read: data may be set by whichever workflow sends it."""
    return usual_paths() | {"data.*", "confirm_url"}


def problems_of_texts(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    """Say what is wrong with texts, tags that nothing sets last."""
    found: list[str] = []
    unknown: set[str] = set()
    for text in texts:
        found += problems(text, is_html=text.lstrip()[:1] == "<")
        unknown |= {path for path in variables(text) if not is_known(path, known)}
    found += [_("Nothing sets {{ %(path)s }} here: it will be empty.") % {"path": path} for path in sorted(unknown)]
    return list(dict.fromkeys(found))


def is_known(path: str, known: Iterable[str]) -> bool:
    """Tell whether something sets a path: itself, a part of it, or what it is a part of; indexes count as nothing."""
    plain = ".".join(part for part in path.translate(_PLAIN).split(".") if part and not part.isdecimal())
    for other in known:
        base = other.removesuffix(".*").replace("[]", "")
        if plain == base or base.startswith(plain + ".") or (other.endswith(".*") and plain.startswith(base + ".")):
            return True
    return False
