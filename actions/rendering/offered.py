"""The merge tags that are offered to whoever writes a message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from actions.referral_links import path_of, programmes
from crm.models import CustomField, Profile


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


def usual_tags() -> list[TagGroup]:
    """List the tags that every message may carry."""
    return [
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


def profile_tags() -> Iterator[Tag]:
    """List the tags of a profile."""
    names = ("first_name", "last_name", "email", "language", "birthday", "city", "country", "company", "mobile")
    for name in names:
        yield Tag(f"profile.{name}", str(Profile._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    for name, label in CustomField.objects.order_by("label").values_list("name", "label"):
        yield Tag(f"profile.custom.{name}", label)
