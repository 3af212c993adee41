"""What the forms of all integrations share: a name, a switch, and secrets that can be written and never read."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from actions.integrations.store import secrets_of
from actions.integrations.targets import check_url
from actions.models import Integration
from actions.secrets import Undecipherable
from crm.errors import Invalid
from crm.values import parse_country


class LineField(forms.CharField):
    """A short text."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 250, **options})


class SecretField(forms.CharField):
    """A secret: never shown, kept when it is left empty."""

    widget = UnfoldAdminPasswordWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 1000, **options})
        self.widget.attrs["autocomplete"] = "new-password"


class AddressField(forms.CharField):
    """An http(s) address."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 500, **options})
        self.widget.attrs.update({"inputmode": "url", "placeholder": "https://"})

    def clean(self, value: Any) -> str:
        """Return the address."""
        try:
            return check_url(super().clean(value))
        except Invalid as error:
            raise forms.ValidationError(error.message, code="invalid") from None


class ApiField(AddressField):
    """The address of an API, which paths are added to."""

    def clean(self, value: Any) -> str:
        """Return the address without a slash at its end."""
        return super().clean(value).rstrip("/")


class CountriesField(LineField):
    """Countries by their codes, with commas between them."""

    def clean(self, value: Any) -> list[str]:
        """Return the codes, each once."""
        try:
            codes = [parse_country(code) for code in super().clean(value).replace(";", ",").split(",")]
        except Invalid as error:
            raise forms.ValidationError(error.message, code="invalid") from None
        return sorted({code for code in codes if code})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list."""
        return ", ".join(value) if isinstance(value, list) else value


class IntegrationForm(forms.ModelForm):
    """The form of a kind: its declared fields are settings, its SecretFields are secrets."""

    #: what is said above the fields
    intro: ClassVar[Any] = ""

    class Meta:
        model = Integration
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stored = self._stored_secrets()
        for name, field in self.fields.items():
            if isinstance(field, SecretField) and name in stored:
                field.required = False
                field.help_text = _("It is set. Leave this empty to keep it.")
            elif name in self.instance.settings:
                self.initial[name] = self.instance.settings[name]

    def clean(self) -> dict[str, Any]:
        """Ask for the secrets again where the address is another: they go nowhere that they were not written for."""
        cleaned: dict[str, Any] = super().clean() or {}
        known = self.instance.settings.get("url", cleaned.get("url"))
        if self.instance.pk and "url" in cleaned and cleaned["url"] != known:
            for name, secret in self.secrets().items():
                if not secret and name in self._stored_secrets():
                    self.add_error(name, _("The address is another one: write the secret again."))
        return cleaned

    def full_clean(self) -> None:
        """Say of each secret that was written, where anything is wrong, that it must be written again."""
        super().full_clean()
        if self.is_bound and self.errors:
            for name, secret in self.secrets().items():
                if secret:
                    self.fields[name].help_text = _("Write it again: what is secret is not shown after a mistake.")

    def settings(self) -> dict[str, Any]:
        """Return what is no secret, as it is stored."""
        declared = type(self).declared_fields
        return {
            name: self.cleaned_data[name]
            for name, field in declared.items()
            if name in self.cleaned_data and not isinstance(field, SecretField)
        }

    def secrets(self) -> dict[str, str]:
        """Return the secrets that were written; empty ones stay as they were."""
        return {
            name: self.cleaned_data[name]
            for name, field in self.fields.items()
            if isinstance(field, SecretField) and name in self.cleaned_data
        }

    def _stored_secrets(self) -> set[str]:
        from actions.integrations.base import integration_kinds

        kind = integration_kinds.get(self.instance.kind)
        if not self.instance.pk or kind is None or kind.is_many:
            return set()
        try:
            return set(secrets_of(self.instance))
        except Undecipherable:
            return set()
