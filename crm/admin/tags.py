"""Tags and custom fields: what a shop keeps of its profiles beyond the usual."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.admin.base import DeclicAdmin
from crm.admin.fields import LinesField
from crm.admin.filters import ShownFilter
from crm.models import CustomField, Tag


@admin.register(Tag)
class TagAdmin(DeclicAdmin):
    """Words that group profiles."""

    fields = ("name", "is_archived")
    list_display = ("name", "is_archived")
    list_filter = (ShownFilter,)
    search_fields = ("key",)
    empty_title = _("No tags yet")
    empty_text = _("A tag is a word that groups profiles: vip, wholesale, newsletter 2026…")

    def found(self, term: str) -> Q:
        """Search without regard to case, anywhere in the word: there are few."""
        return Q(key__contains=term.casefold())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the name: shops send it, and workflows ask for it."""
        return ("name",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a tag that is no longer wanted is archived."""
        return False


class CustomFieldForm(forms.ModelForm):
    """A custom field; its choices one on each line."""

    choices = LinesField(label=_("Choices"), help_text=_("One on each line."))

    class Meta:
        model = CustomField
        fields = ("label", "name", "type", "choices", "is_archived")

    def clean(self) -> dict[str, Any] | None:
        """A choice needs something to choose from."""
        cleaned = super().clean()
        if self.cleaned_data.get("type") == CustomField.Type.CHOICE and not self.cleaned_data.get("choices"):
            self.add_error("choices", _("Give at least one choice."))
        return cleaned


@admin.register(CustomField)
class CustomFieldAdmin(DeclicAdmin):
    """Fields that the shop adds to its profiles."""

    form = CustomFieldForm
    list_display = ("label", "name", "type", "is_archived")
    list_filter = (ShownFilter, "type")
    search_fields = ("name",)
    #: the type of a field that exists is not in the form
    conditional_fields = {"choices": "typeof type === 'undefined' || type == 'choice'"}
    empty_title = _("No custom fields yet")
    empty_text = _("A custom field keeps something of your own about each profile: shoe size, shop nearby…")

    def found(self, term: str) -> Q:
        """Search in the label too: there are few."""
        return Q(name__contains=term.lower()) | Q(label__icontains=term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the name and type of a field that may have values."""
        return ("name", "type") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a field that is no longer wanted is archived."""
        return False
