"""Merge tags: which exist with the chosen triggers, and what is wrong with the texts of an action."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action
from actions.rendering.namespaces import PROFILE_ALIASES
from actions.rendering.problems import problems as problems_of
from actions.rendering.problems import variables
from crm.models import CustomField, Profile
from triggers.base import Variable
from workflows.drafts import all_steps
from workflows.preview.recap import action_of, trigger_of

Row = Mapping[str, Any]
#: what every message may name, besides profile and data
ALWAYS = ("site.id", "site.name", "site.url", "site.cart_url", "unsubscribe_url", "preferences_url", "pot_url")
#: of a profile, besides its own columns
COMPUTED = ("status", "tags", "custom", "consents", "pot", "points", "full_name", "id", "uid")


@dataclass(frozen=True, slots=True)
class Tag:
    """A merge tag as it is offered."""

    path: str
    label: str

    @property
    def written(self) -> str:
        """The tag as it stands in a text."""
        return "{{ " + self.path + " }}"


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags that belong together."""

    label: str
    tags: Sequence[Tag]


def merge_tags(document: Row) -> list[TagGroup]:
    """List the tags to choose from, for the triggers of a document."""
    seen: dict[str, Tag] = {}
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        for variable in trigger.variables() if trigger else ():
            path = _full(variable.path)
            seen.setdefault(path, Tag(path, str(variable.label)))
    given = {_full(each.path): str(each.label) for each in _given(document)}
    groups = [TagGroup(_("What happened"), [tag for tag in seen.values() if "*" not in tag.path])] if seen else []
    if given:
        groups.append(TagGroup(_("What earlier steps gave"), [Tag(path, label) for path, label in given.items()]))
    return [
        *groups,
        TagGroup(_("Profile"), list(profile_tags())),
        TagGroup(
            _("Shop"),
            [
                Tag("site.name", _("Name of the shop")),
                Tag("site.url", _("Address of the shop")),
                Tag("site.cart_url", _("Address of the cart")),
                Tag("unsubscribe_url", _("Unsubscribe page")),
                Tag("preferences_url", _("Page of the customer's consents")),
                Tag("pot_url", _("Page of the customer's pot")),
            ],
        ),
    ]


def text_problems(action: Action, document: Row, *, step_id: str = "") -> list[str]:
    """Say what is wrong with the texts of an action (that stands at `step_id`, if known), unknown tags last."""
    found: list[str] = []
    unknown: set[str] = set()
    known = known_paths(document, until=step_id) | action.own_tags
    for text in action.texts():
        found += problems_of(text, is_html=text.lstrip()[:1] == "<")
        unknown |= {path for path in variables(text) if not is_known(path, known)}
    found += [_("Nothing sets {{ %(path)s }} here: it will be empty.") % {"path": path} for path in sorted(unknown)]
    return list(dict.fromkeys(found))


def known_paths(document: Row, *, until: str = "") -> set[str]:
    """Return every path that a text may read (in the step `until`); one that ends in `.*` is open below."""
    profile = [field.attname for field in Profile._meta.concrete_fields]
    paths = {f"profile.{name}" for name in (*profile, *PROFILE_ALIASES, *COMPUTED)} | set(ALWAYS)
    paths |= {"profile.custom.*", "profile.consents.*", "profile.tags.*"}
    paths |= {_full(variable.path) for variable in _given(document, until)}
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        if trigger is not None:
            paths |= {_full(variable.path) for variable in trigger.variables()}
            if trigger.topics & OPEN_TOPICS:
                paths.add("data.*")
    return paths


def _given(document: Row, until: str = "") -> Iterator[Variable]:
    """List what the actions that stand before a step (or all) give to later ones."""
    for row in all_steps(dict(document)):
        if row["id"] == until:
            return
        action = action_of(row) if row["type"] == "action" else None
        if action is not None:
            yield from action.gives()


#: topics of triggers whose event carries whatever was posted
OPEN_TOPICS = frozenset({"api", "cart"})


def is_known(path: str, known: Iterable[str]) -> bool:
    """Tell whether something sets a path: itself, a part of it, or what it is a part of; indexes count as nothing."""
    plain = ".".join(
        part for part in path.replace("[", ".").replace("]", "").split(".") if part and not part.isdecimal()
    )
    for other in known:
        base = other.removesuffix(".*").replace("[]", "")
        if plain == base or base.startswith(plain + ".") or (other.endswith(".*") and plain.startswith(base + ".")):
            return True
    return False


def profile_tags() -> Iterator[Tag]:
    """List the tags of a profile."""
    names = ("first_name", "last_name", "email", "language", "birthday", "city", "country", "company", "mobile")
    for name in names:
        yield Tag(f"profile.{name}", str(Profile._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    for name, label in CustomField.objects.order_by("label").values_list("name", "label"):
        yield Tag(f"profile.custom.{name}", label)


def _full(path: str) -> str:
    return path if path.split(".")[0] in ("data", "profile", "site") else f"data.{path}"
