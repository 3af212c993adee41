"""Rows of another table inside a form, and the fields that all forms share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, URLField
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from crm.admin.amounts import MoneyField


class PlainFields:
    """Let people type amounts where the table keeps cents (`money` names the columns), and choose without side ways."""

    money: ClassVar[Sequence[str]] = ()

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        """Return a field for amounts where the column holds cents; a choice of rows leads nowhere else."""
        if db_field.name in self.money:
            return MoneyField(label=_capitalised(db_field.verbose_name), required=False)
        if isinstance(db_field, URLField):
            options["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
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
