"""Forms of types: they validate what is written, and turn it into the JSON that is stored and back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.values import MOST_MONEY

PREFIX = "config"
NO_VALUE = _("This is not a value for this field.")
#: lists and mappings inside one another in the value of one field
MOST_DEPTH = 20


class ConfigForm(forms.Form):
    """The form of a type; `config()` gives its cleaned values as JSON, `from_config` fills it again.

    A subclass that needs to know the workflow being edited reads `self.context` (a plain mapping:
    "topics" of its triggers, "triggers" rows).
    """

    #: the fields on whose change the form must be shown anew, because others depend on them
    adapts_on: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, context: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.context: Mapping[str, Any] = context or {}
        self._refused: set[str] = set()
        options.setdefault("prefix", PREFIX)
        super().__init__(*args, **options)

    def config(self) -> dict[str, Any]:
        """Return the cleaned values as JSON: model instances as their reference, dates and decimals as text."""
        return {
            name: _plain(value, self.fields[name]) for name, value in self.cleaned_data.items() if name in self.fields
        }

    def note(self) -> str:
        """Return a text to show beside the form (a call to copy, a warning), or empty."""
        return ""

    @classmethod
    def from_config(cls, config: Mapping[str, Any], **options: Any) -> Self:
        """Return an unbound form that shows a stored config."""
        return cls(initial=dict(config), **options)

    @classmethod
    def check_config(cls, config: Mapping[str, Any], **options: Any) -> Self:
        """Return a bound form that validates a config that came as JSON (edit, import, activation)."""
        given = {str(name): value for name, value in config.items()} if isinstance(config, Mapping) else {}
        prefix = options.setdefault("prefix", PREFIX)
        data: dict[str, Any] = {f"{prefix}-{name}" if prefix else name: value for name, value in given.items()}
        form = cls(data, **options)
        # Only now is it known which fields there are: they depend on what was chosen.
        for name, form_field in form.fields.items():
            data.pop(form.add_prefix(name), None)
            if given.get(name) is not None and given[name] is not False:
                try:
                    data.update(_as_posted(form_field, form.add_prefix(name), given[name]))
                except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
                    form._refused.add(name)
        return form

    def full_clean(self) -> None:
        """Refuse also what no browser could have posted."""
        super().full_clean()
        for name in self._refused:
            self.errors.pop(name, None)
            self.add_error(name, NO_VALUE)

    def chosen(self, name: str) -> str:
        """Return the text that a field has before it is cleaned, for fields that depend on it."""
        value = (
            self.data.get(self.add_prefix(name))
            if self.is_bound
            else self.get_initial_for_field(self.fields[name], name)
        )
        return value if isinstance(value, str) else ""


class TextField(forms.CharField):
    """A text that any database can hold."""

    def to_python(self, value: Any) -> str:
        """Refuse lone surrogates, which JSON can carry and no database takes; Django refuses NUL itself."""
        text = str(super().to_python(value))
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ValidationError(NO_VALUE, code="invalid")
        return text


class MoneyField(forms.DecimalField):
    """An amount as people write it (54,00), stored in minor units."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=17, decimal_places=2, **options)
        self.widget.is_localized = False

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Accept a comma, and spaces between thousands."""
        return super().to_python("".join(value.split()).replace(",", ".") if isinstance(value, str) else value)

    def clean(self, value: Any) -> int | None:
        """Return minor units."""
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        """Show stored minor units as an amount."""
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        if abs(value) > MOST_MONEY:
            raise ValueError("out of range")
        return str(Decimal(value) / 100)


class LinesField(forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, *, most: int = 200, **options: Any) -> None:
        self.most = most
        super().__init__(widget=forms.Textarea({"rows": 4}), help_text=_("One on each line."), **options)

    def clean(self, value: Any) -> list[str]:
        """Return the lines that are not empty, each once."""
        text = super().clean(value)
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(lines) > self.most:
            raise ValidationError(_("These are too many lines."), code="too_many")
        return lines

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


class ReferenceField(forms.ModelChoiceField):
    """A choice of a row that is stored by its reference (`uid`, technical name…), not by its id."""

    def __init__(self, queryset: QuerySet[Any], *, by: str = "uid", **options: Any) -> None:
        super().__init__(queryset, to_field_name=by, **options)

    def to_python(self, value: Any) -> Model | None:
        """Refuse what no reference can be before the database is asked."""
        if isinstance(value, str) and "\0" in value:
            raise ValidationError(NO_VALUE, code="invalid")
        return super().to_python(value)


class ReferencesField(forms.ModelMultipleChoiceField):
    """Several of them."""

    def __init__(self, queryset: QuerySet[Any], *, by: str = "uid", **options: Any) -> None:
        super().__init__(queryset, to_field_name=by, **options)

    def clean(self, value: Any) -> Any:
        """Refuse what no reference can be before the database is asked."""
        if isinstance(value, list | tuple) and any("\0" in str(item) for item in value):
            raise ValidationError(NO_VALUE, code="invalid")
        return super().clean(value)


def _check_texts(value: Any, depth: int = 0) -> None:
    """Raise ValueError for a text that no database holds (NUL, a lone surrogate), and for more lists than any field."""
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("no text")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _check_texts(name, depth + 1)
            _check_texts(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_texts(item, depth + 1)


def _as_posted(form_field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    """Return a stored value as a browser would post it; raises TypeError or ValueError where none could."""
    _check_texts(value)
    if isinstance(form_field, forms.MultiValueField):
        widget = form_field.widget
        if not isinstance(value, Mapping | list) or not isinstance(widget, forms.MultiWidget):
            raise TypeError(name)
        parts = list(zip(_suffixes(widget), widget.decompress(value) or (), strict=True))
        if not all(_is_scalar(part) for _suffix, part in parts):
            raise TypeError(name)
        return {f"{name}{suffix}": part for suffix, part in parts}
    if isinstance(form_field, forms.JSONField):
        return {name: form_field.prepare_value(value)}
    if isinstance(form_field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        if not isinstance(value, list | tuple) or not all(isinstance(item, str | int) for item in value):
            raise TypeError(name)
        return {name: list(value)}
    posted = form_field.prepare_value(value)
    if not _is_scalar(posted) or (posted is True and not isinstance(form_field, forms.BooleanField)):
        raise TypeError(name)
    is_number = isinstance(posted, int | float) and not isinstance(posted, bool)
    return {name: str(posted) if is_number else posted}


def _suffixes(widget: Any) -> list[str]:
    """Return what the parts of a widget are named behind the name of the field."""
    return list(widget.widgets_names)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


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
