"""Merge tags: which exist with the chosen triggers, and what is wrong with the texts of an action."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action
from actions.referral_links import path_of, programmes
from actions.rendering.known import problems_of_texts, usual_paths
from crm.models import CustomField, Profile
from triggers.base import Variable
from workflows.drafts import all_steps
from workflows.preview.recap import action_of, trigger_of

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
                *(
                    Tag(path_of(each.slug), _("Sponsor's link: %(name)s") % {"name": each.name})
                    for each in programmes()
                ),
            ],
        ),
    ]


def text_problems(action: Action, document: Row, *, step_id: str = "") -> list[str]:
    """Say what is wrong with the texts of an action (that stands at `step_id`, if known), unknown tags last."""
    return problems_of_texts(action.texts(), known_paths(document, until=step_id) | action.own_tags)


def known_paths(document: Row, *, until: str = "") -> set[str]:
    """Return every path that a text may read (in the step `until`); one that ends in `.*` is open below."""
    paths = usual_paths() | {_full(variable.path) for variable in _given(document, until)}
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


def profile_tags() -> Iterator[Tag]:
    """List the tags of a profile."""
    names = ("first_name", "last_name", "email", "language", "birthday", "city", "country", "company", "mobile")
    for name in names:
        yield Tag(f"profile.{name}", str(Profile._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    for name, label in CustomField.objects.order_by("label").values_list("name", "label"):
        yield Tag(f"profile.custom.{name}", label)


def _full(path: str) -> str:
    return path if path.split(".")[0] in ("data", "profile", "site") else f"data.{path}"
