"""A9: update a profile field."""

import uuid
from collections.abc import Generator, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.effects import SetField
from actions.types.field_values import field_for, say_value, settable_fields
from crm.conditions.base import EventView
from crm.conditions.fields import CUSTOM, ProfileField, field_named, profile_fields
from crm.errors import Invalid
from crm.forms import ConfigForm
from crm.models import CustomField, Profile
from crm.services.custom_fields import read_value
from crm.services.profile_values import assign_fields, settle_profile
from triggers.models import Kind


class SetFieldForm(ConfigForm):
    """Which field, and what it becomes."""

    adapts_on = ("field", "mode")

    field = forms.ChoiceField(label=_("Field"))
    mode = forms.ChoiceField(
        label=_("Becomes"),
        choices=[("value", _("a value")), ("copy", _("what another field holds")), ("clear", _("empty"))],
        initial="value",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = settable_fields()
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, each.label) for name, each in self.offered.items()]
        field.initial = "first_name"
        mode = self.chosen("mode") or "value"
        if mode == "copy":
            sources = [(name, each.label) for name, each in profile_fields().items()]
            self.fields["source"] = forms.ChoiceField(label=_("Field to copy"), choices=sources)
        elif mode == "value" and (chosen := self.offered.get(self.chosen("field") or "first_name")):
            self.fields["value"] = field_for(chosen)

    def clean(self) -> dict[str, Any]:
        """Refuse a value that the field cannot hold, and a field that would be copied to itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        name = cleaned.get("field")
        if name and "value" in cleaned:
            try:
                check_value(self.offered[name], cleaned["value"])
            except Invalid as error:
                self.add_error("value", error.message)
        if name and name == cleaned.get("source"):
            self.add_error("source", _now("Choose another field."))
        return cleaned


@action_types.register
class SetFieldAction(Action):
    """Set a field of the profile."""

    kind = "set_field"
    label = _("Update a profile field")
    form_class = SetFieldForm

    def plan(self, step: StepContext) -> Generator[SetField, Outcome, None]:
        """Set it."""
        yield SetField(step, str(self.config["field"]), self.config.get("value"), str(self.config.get("source") or ""))

    def causes(self) -> Iterable[EventView]:
        """State the field."""
        yield EventView(kind=Kind.FIELD_CHANGED, profile_id=0, name=str(self.config["field"]))

    def describe(self) -> str:
        """Say which field becomes what."""
        field = field_named(str(self.config["field"]))
        names = {"field": field.label, "value": say_value(field, self.config.get("value"))}
        if source := self.config.get("source"):
            return _now("Copy “%(source)s” to “%(field)s”") % {**names, "source": field_named(source).label}
        if self.config.get("value") in (None, ""):
            return _now("Empty “%(field)s”") % names
        return _now("Set “%(field)s” to %(value)s") % names

    def problems(self) -> Iterable[Problem]:
        """Block where a field is no longer there."""
        known = profile_fields()
        for name in (str(self.config["field"]), str(self.config.get("source") or "")):
            if name and name not in known:
                yield Problem(_now("The field “%(name)s” is archived.") % {"name": name}, code="field_gone")


def check_value(field: ProfileField, value: Any) -> None:
    """Raise Invalid for a value that the field refuses."""
    if field.name.startswith(CUSTOM):
        read_value(CustomField.objects.get(name=field.name.removeprefix(CUSTOM)), value)
        return
    anybody = Profile(external_id=uuid.uuid4().hex)
    assign_fields(anybody, {field.name: value})
    settle_profile(anybody, {})
