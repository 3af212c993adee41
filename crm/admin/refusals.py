"""What a service refused, shown in the form that asked for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _now
from unfold.admin import ModelAdmin

from crm.errors import Invalid, Refused

#: the attribute of a request that carries why the first attempt to save was refused
_REFUSAL = "declic_refusal"


class RefusalsShown(ModelAdmin):
    """Pages whose form says what a service refused, with nothing saved."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save; what a service refuses is shown in the form, with nothing saved."""
        try:
            with transaction.atomic(savepoint=True):
                return super().changeform_view(request, object_id, form_url, dict(extra_context or {}))
        except (Invalid, Refused, IntegrityError, DataError, OverflowError) as error:
            if request.method != "POST" or hasattr(request, _REFUSAL):
                raise
            setattr(request, _REFUSAL, error)
        try:
            with transaction.atomic(savepoint=True):
                return super().changeform_view(request, object_id, form_url, dict(extra_context or {}))
        except (DataError, OverflowError) as error:  # no form shows it: a choice that no page offered
            raise BadRequest("A choice is none.") from error

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm]:
        """Return the form, with the refusal of the first attempt in it."""
        form_class: type[forms.ModelForm] = super().get_form(request, obj, change, **options)
        refusal = getattr(request, _REFUSAL, None)
        return refusing(form_class, refusal) if refusal is not None else form_class

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete; what a service refuses is said."""
        try:
            with transaction.atomic(savepoint=True):
                return super().delete_view(request, object_id, extra_context)
        except (Invalid, Refused) as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.path.removesuffix("delete/") + "change/")


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
