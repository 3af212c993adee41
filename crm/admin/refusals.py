"""What a service refused, shown in the form that asked for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import DataError
from django.utils.translation import gettext as _now


def refusing(form_class: type[forms.ModelForm], refusal: Exception) -> type[forms.ModelForm]:
    """Return a form that is never valid and says why, at the value that is to blame where the form has it."""
    field = getattr(refusal, "field", "")
    message = getattr(refusal, "message", "") or _now("Somebody else has just saved the same thing. Try again.")
    if isinstance(refusal, DataError | OverflowError):
        message = _now("One of the numbers is too large.")

    class Refusing(form_class):  # type: ignore[valid-type, misc]
        def clean(self) -> Mapping[str, Any] | None:
            cleaned: Mapping[str, Any] | None = super().clean()
            self.add_error(field if field in self.fields else None, message)
            return cleaned

    Refusing.__name__ = form_class.__name__
    return Refusing
