"""Rows of another table inside a form, and the fields that all forms share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey, URLField
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from crm.admin.amounts import MoneyField
from crm.errors import Invalid
from crm.values import parse_language


class RowSelect(AutocompleteSelect):
    """A choice of a row by typing; what is no id is shown as nothing chosen, where Django would ask the database."""

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> Any:
        """Show the row that is chosen."""
        return super().optgroups(name, [each for each in value if is_id(str(each))], attr)


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of a row."""
    return text.isdecimal() and len(text) < 19


def check_language(text: str) -> None:
    """Refuse a language that is none: texts in it would be shown to nobody."""
    try:
        parse_language(text)
    except Invalid as error:
        raise forms.ValidationError(error.message, code="invalid") from None


class PlainFields:
    """Let people type amounts where the table keeps cents (`money` names the columns), and choose without side ways."""

    money: ClassVar[Sequence[str]] = ()

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        """Return a field for amounts where the column holds cents; a choice of rows leads nowhere else."""
        if db_field.name in self.money:
            return MoneyField(label=_capitalised(db_field.verbose_name), required=False)
        if isinstance(db_field, URLField):
            options["assume_scheme"] = "https"
        if isinstance(db_field, ForeignKey) and db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            options.setdefault("widget", RowSelect(db_field, self.admin_site))  # type: ignore[attr-defined]
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if db_field.name == "language" and isinstance(field, forms.CharField):
            field.validators.append(check_language)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            field.widget = widget.widget
        return field


class DeclicInline(PlainFields, TabularInline):
    """Rows of another table inside a form."""

    extra = 0
    hide_title = True


class DeclicStackedInline(PlainFields, StackedInline):
    """Rows of another table inside a form, one below the other."""

    extra = 0


class ReadOnlyInline(DeclicInline):
    """Rows that are shown in a form and not changed there."""

    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


def _capitalised(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]
