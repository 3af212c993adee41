"""What a profile field may be set to: the form field that asks for it, and how a value is said."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.conditions.fields import ProfileField, profile_fields
from crm.conditions.values import TYPES
from crm.forms import TextField

#: what makes a profile who it is stays out of an automation's hands
KEPT = frozenset({"email", "external_id"})
YES_NO: Mapping[str, str | Promise] = {"yes": _("Yes"), "no": _("No")}


def settable_fields() -> dict[str, ProfileField]:
    """Return the fields that an automation may set."""
    return {name: field for name, field in profile_fields().items() if name not in KEPT}


def field_for(field: ProfileField) -> forms.Field:
    """Return the form field for a value of a profile field."""
    label = _("Value")
    if field.type == "boolean":
        return forms.ChoiceField(label=label, choices=list(YES_NO.items()))
    if field.choices:
        return forms.ChoiceField(label=label, choices=list(field.choices))
    if field.type in ("number", "date"):
        return TYPES[field.type].field(label=label, choices=())
    return TextField(label=label, max_length=500)


def say_value(field: ProfileField, value: Any) -> str:
    """Say a stored value in the current language."""
    if value in (None, ""):
        return _now("nothing")
    if field.type == "boolean":
        return str(YES_NO.get(str(value), value))
    if str(value) in dict(field.choices):
        return str(dict(field.choices)[str(value)])
    return TYPES[field.type].say(value)
