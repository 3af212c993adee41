"""C32: the old or the new value of a field that changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.field_form import FieldForm
from crm.conditions.fields import ProfileField, field_named, watched_fields
from crm.conditions.values import Choices, ValueType, chosen_type
from crm.conditions.written import read_value
from triggers.conditions.changed_field import FIELD_EVENTS, field_of


class ChangedValueForm(FieldForm):
    """Ask for the field, its old or new value, and what to compare it with."""

    side = forms.ChoiceField(
        label=_("Which value"), choices=[("new", _("the new value")), ("old", _("the value before"))], initial="new"
    )
    field_order = ("field", "side", "operator", "value")

    def offered(self) -> dict[str, ProfileField]:
        """Return what can be watched."""
        return watched_fields()


@condition_types.register
class ChangedValue(EventCondition):
    """False where another field changed than the one it names, negated or not."""

    kind = "changed_value"
    label = _("Old or new value of a field")
    form_class = ChangedValueForm
    topics = frozenset({"field"})
    reads = FIELD_EVENTS

    @property
    def type(self) -> ValueType:
        """The type of the field."""
        return chosen_type(self.config.get("type"))

    def applies(self, event: EventView) -> bool:
        """Look at the field."""
        return super().applies(event) and field_of(event) == self.config["field"]

    def read(self, event: EventView) -> Any:
        """Read the value; for tags the tag that came or went."""
        return read_value(self.config["type"], event.snapshot.get("field", {}).get(self.config["side"]))

    @property
    def choices(self) -> Choices:
        """Name what a choice may be."""
        return field_named(str(self.config["field"])).choices

    def describe(self) -> str:
        """Say it."""
        said = {"field": field_named(str(self.config["field"])).label, "comparison": self.comparison()}
        if self.config["side"] == "old":
            return _("the value of %(field)s before %(comparison)s") % said
        return _("the new value of %(field)s %(comparison)s") % said
