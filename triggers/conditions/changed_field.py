"""C31: which field of the profile changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.fields import TAGS, field_named, watched_fields
from crm.conditions.forms import ChoicesForm
from crm.conditions.values import Choices
from triggers.models import Kind

FIELD_EVENTS = frozenset({Kind.FIELD_CHANGED, Kind.TAG_ADDED, Kind.TAG_REMOVED})


def field_of(event: EventView) -> str:
    """Return which field an event changed; tags are one."""
    return event.name if event.kind == Kind.FIELD_CHANGED else TAGS


def _fields() -> list[tuple[str, Any]]:
    return [(field.name, field.label) for field in watched_fields().values()]


class ChangedFieldForm(ChoicesForm):
    """Ask for fields."""

    left_out = frozenset({"all_of"})

    value = forms.MultipleChoiceField(label=_("Fields"), choices=_fields)


@condition_types.register
class ChangedField(EventCondition):
    """The fact is 1 if the field is among those chosen."""

    kind = "changed_field"
    label = _("Which field changed")
    form_class = ChangedFieldForm
    topics = frozenset({"field"})
    reads = FIELD_EVENTS
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Look for the field among those chosen."""
        return int(field_of(event) in self.value)

    @property
    def choices(self) -> Choices:
        """Name the fields."""
        return [(name, field_named(name).label) for name in self.value]

    def describe(self) -> str:
        """Say it."""
        return _("the field that changed is %(comparison)s") % {"comparison": self.comparison()}
