"""T9: information of a profile was updated."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.conditions.fields import TAGS, field_named, watched_fields
from crm.forms import ConfigForm
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind


def _fields() -> list[tuple[str, Any]]:
    return [(field.name, field.label) for field in watched_fields().values()]


class ProfileUpdatedForm(ConfigForm):
    """Ask for fields."""

    fields_watched = forms.MultipleChoiceField(
        label=_("Fields"), choices=_fields, help_text=_("Each that changes starts a run of its own.")
    )


@trigger_types.register
class ProfileUpdated(Trigger):
    """Once for each field that changed, native or custom, and each tag; creating a profile is no update."""

    kind = "profile_updated"
    label = _("Profile information updated")
    help = _(
        "A field or a tag of a customer changes, one run for each. For somebody new, take “Profile created”; "
        "for consents, “Consent updated”."
    )
    form_class = ProfileUpdatedForm
    reads = frozenset({Kind.FIELD_CHANGED, Kind.TAG_ADDED, Kind.TAG_REMOVED})
    topics = frozenset({"field"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the field."""
        name = event.name if event.kind == Kind.FIELD_CHANGED else TAGS
        return name in self.options["fields_watched"]

    def runs_at_once(self) -> int:
        """Count the fields; tags count for several."""
        return len(self.options["fields_watched"]) + (TAGS in self.options["fields_watched"])

    def variables(self) -> Iterable[Variable]:
        """Offer the field."""
        return (
            Variable("field.label", _("Field that changed")),
            Variable("field.name", _("Technical name of the field")),
            Variable("field.old", _("Value before")),
            Variable("field.new", _("New value")),
        )

    def describe(self) -> str:
        """Say it."""
        labels = ", ".join(str(field_named(name).label) for name in self.options["fields_watched"])
        return _("A profile is updated: %(fields)s") % {"fields": labels}
