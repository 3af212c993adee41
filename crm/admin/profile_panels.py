"""The panels of the profile page that crm itself shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.admin.display import CONSENT_TONES, list_of
from crm.admin.fields import language_name
from crm.admin.panels import Panel, profile_panels
from crm.admin.profile_forms import ConsentForm, PointsForm, RewardForm, TagForm
from crm.models import Profile, Reward, Tag
from crm.words import said

#: as many rows of orders, movements and changes stand on the page; their lists hold the others
SHOWN = 5
_CONTACT = ("email", "mobile", "phone", "external_id", "birthday", "gender", "company", "job_title")


@profile_panels.register
class Contact(Panel):
    """Who it is and how to reach them."""

    kind = "contact"
    title = _("Contact")
    template = "crm/admin/profile/contact.html"
    column = "aside"
    order = 10

    def context(self, row: Profile) -> Mapping[str, Any]:
        """Return the fields that are filled in, then the custom ones."""
        facts = [(_label(name), _shown(row, name)) for name in _CONTACT if getattr(row, name)]
        if row.language:
            facts.append((_label("language"), language_name(row.language)))
        if row.time_zone:
            facts.append((_label("time_zone"), row.time_zone))
        custom = [(value.field.label, said(value.value)) for value in row.custom_values.select_related("field")]
        place = [row.address, row.address2, row.address3, f"{row.postcode} {row.city}".strip(), row.country]
        return {"facts": facts, "custom": custom, "place": [line for line in place if line]}


@profile_panels.register
class PotPanel(Panel):
    """The pot, its last movements, and the forms to move points."""

    kind = "pot"
    title = _("Pot")
    template = "crm/admin/profile/pot.html"
    column = "aside"
    order = 20

    def context(self, row: Profile) -> Mapping[str, Any]:
        """Return the pot and its newest movements."""
        pot = getattr(row, "pot", None)
        may_move = self.request.user.has_perm("crm.add_movement") and row.erased_at is None
        enough = may_move and pot and Reward.objects.filter(is_active=True, points__lte=pot.balance).exists()
        return {
            "pot": pot,
            "movements": list(row.movements.order_by("-id")[:SHOWN]),
            "form": PointsForm(auto_id="points-%s") if may_move else None,
            "reward_form": RewardForm(auto_id="reward-%s") if enough else None,
            "more": list_of("crm.movement", profile__id__exact=row.pk),
        }


@profile_panels.register
class TagsPanel(Panel):
    """The tags, each with a way to take it off."""

    kind = "tags"
    title = _("Tags")
    template = "crm/admin/profile/tags.html"
    column = "aside"
    order = 30

    def context(self, row: Profile) -> Mapping[str, Any]:
        """Return the tags carried, and those that could be added."""
        carried = [one.tag for one in row.tags.select_related("tag").order_by("tag__key")]
        may_change = self.request.user.has_perm("crm.change_profile") and row.erased_at is None
        known = Tag.objects.filter(is_archived=False)[:200] if may_change else []
        return {"tags": carried, "known": known, "form": TagForm(auto_id="tags-%s") if may_change else None}


@profile_panels.register
class ConsentsPanel(Panel):
    """Where each consent stands, and how it got there."""

    kind = "consents"
    title = _("Consents")
    template = "crm/admin/profile/consents.html"
    column = "aside"
    order = 40

    def context(self, row: Profile) -> Mapping[str, Any]:
        """Return the consents, and whether there is a history."""
        may_change = self.request.user.has_perm("crm.change_profile") and row.erased_at is None
        consents = list(row.consents.select_related("definition").order_by("definition__name"))
        return {
            "consents": [(one, CONSENT_TONES[one.status]) for one in consents],
            "has_history": row.consent_changes.exists(),
            "form": ConsentForm(auto_id="consent-%s") if may_change else None,
        }


def _label(name: str) -> str:
    words = str(Profile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _shown(profile: Profile, name: str) -> str:
    if name == "gender":
        return str(profile.get_gender_display())
    return said(getattr(profile, name))
