"""Forms of types: they validate what is written, and turn it into the JSON that is stored and back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

PREFIX = "config"


class ConfigForm(forms.Form):
    """The form of a type; `config()` gives its cleaned values as JSON, `from_config` fills it again.

    A subclass that needs to know the workflow being edited reads `self.context` (a plain mapping:
    "topics" of its triggers, "triggers" configs).
    """

    def __init__(self, *args: Any, context: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.context: Mapping[str, Any] = context or {}
        options.setdefault("prefix", PREFIX)
        super().__init__(*args, **options)

    def config(self) -> dict[str, Any]:
        """Return the cleaned values as JSON: model instances as their reference, dates and decimals as text."""
        return {name: _plain(value, self.fields[name]) for name, value in self.cleaned_data.items() if name in self.fields}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], **options: Any) -> "ConfigForm":
        """Return an unbound form that shows a stored config."""
        return cls(initial=dict(config), **options)

    @classmethod
    def check_config(cls, config: Mapping[str, Any], **options: Any) -> "ConfigForm":
        """Return a bound form that validates a config that came as JSON (import, activation)."""
        form = cls(**options)
        data: dict[str, Any] = {}
        for name, form_field in form.fields.items():
            value = config.get(name)
            if isinstance(form_field, forms.MultiValueField):
                widget = form_field.widget
                assert isinstance(widget, forms.MultiWidget)
                for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                    data[f"{form.add_prefix(name)}{suffix}"] = part
            elif value is not None and value is not False:
                data[form.add_prefix(name)] = value
        return cls(data, **options)


class ReferenceField(forms.ModelChoiceField):
    """A choice of a row that is stored by its reference (`uid`, technical name…), not by its id."""

    def __init__(self, queryset: QuerySet[Any], *, by: str = "uid", **options: Any) -> None:
        super().__init__(queryset, to_field_name=by, **options)


class ReferencesField(forms.ModelMultipleChoiceField):
    """Several of them."""

    def __init__(self, queryset: QuerySet[Any], *, by: str = "uid", **options: Any) -> None:
        super().__init__(queryset, to_field_name=by, **options)


def _plain(value: Any, form_field: forms.Field) -> Any:
    if isinstance(value, Model):
        return str(getattr(value, form_field.to_field_name or "pk"))  # type: ignore[attr-defined]
    if isinstance(value, QuerySet):
        return sorted(str(getattr(row, form_field.to_field_name or "pk")) for row in value)  # type: ignore[attr-defined]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item, form_field) for item in value]
    return value
