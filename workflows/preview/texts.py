"""Merge tags: which exist with the chosen triggers, and what is wrong with the texts of an action."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action
from actions.rendering.known import problems_of_texts, usual_paths
from crm.models import CustomField, Profile
from workflows.preview.recap import trigger_of

Row = Mapping[str, Any]


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
    groups = [TagGroup(_("What happened"), [tag for tag in seen.values() if "*" not in tag.path])] if seen else []
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
            ],
        ),
    ]


def text_problems(action: Action, document: Row) -> list[str]:
    """Say what is wrong with the texts of an action, unknown tags last."""
    return problems_of_texts(action.texts(), known_paths(document))


def known_paths(document: Row) -> set[str]:
    """Return every path that a text may read; one that ends in `.*` is open below."""
    paths = usual_paths()
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        if trigger is not None:
            paths |= {_full(variable.path) for variable in trigger.variables()}
            if trigger.topics & OPEN_TOPICS:
                paths.add("data.*")
    return paths


#: topics of triggers whose event carries whatever was posted
OPEN_TOPICS = frozenset({"api", "cart"})


def profile_tags() -> Iterator[Tag]:
    """List the tags of a profile."""
    names = ("first_name", "last_name", "email", "language", "birthday", "city", "country", "company", "mobile")
    for name in names:
        yield Tag(f"profile.{name}", str(Profile._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    for name, label in CustomField.objects.order_by("label").values_list("name", "label"):
        yield Tag(f"profile.custom.{name}", label)


def _full(path: str) -> str:
    return path if path.split(".")[0] in ("data", "profile", "site") else f"data.{path}"
