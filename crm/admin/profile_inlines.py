"""The consents and tags inside the form of a profile."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.admin.inlines import DeclicInline
from crm.models import Consent, ProfileTag


class ConsentRowForm(forms.ModelForm):
    """A consent; one that is there keeps its definition."""

    class Meta:
        model = Consent
        fields = ("definition", "status")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["definition"].disabled = True


class ConsentInline(DeclicInline):
    """The consents of a profile."""

    model = Consent
    form = ConsentRowForm
    fields = ("definition", "status")
    can_delete = False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer no archived definition."""
        if db_field.name == "definition":
            options["queryset"] = db_field.related_model.objects.filter(is_archived=False)
        return super().formfield_for_foreignkey(db_field, request, **options)


class TagInline(DeclicInline):
    """The tags of a profile."""

    model = ProfileTag
    fields = ("tag",)
    autocomplete_fields = ("tag",)
    verbose_name = _("tag")
    verbose_name_plural = _("tags")
