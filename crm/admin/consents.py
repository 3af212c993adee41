"""Consent definitions: what may be asked, in which words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.admin.display import badge
from crm.admin.fields import LanguageSelect, ListField, PerLanguageField, language_name
from crm.admin.filters import ShownFilter
from crm.admin.history import HistoryAdmin
from crm.admin.inlines import DeclicStackedInline, ReadOnlyInline
from crm.models import ConsentDefinition, ConsentWording, Template
from crm.services.expiry import Act

CHANNELS = [("email", _("E-mail")), ("sms", _("SMS")), ("whatsapp", _("WhatsApp")), ("phone", _("Phone"))]


class DefinitionForm(forms.ModelForm):
    """A definition; its label in each language."""

    label = PerLanguageField(label=_("Label"))
    channels = ListField(label=_("Channels"), choices=CHANNELS)
    prolonged_by = ListField(label=_("Prolonged by"), choices=Act.choices)

    class Meta:
        model = ConsentDefinition
        fields = (
            *("label", "name", "kind", "channels", "is_double_opt_in", "is_archived", "expires_after_days"),
            *("prolonged_by", "asks_at_once", "confirm_within_days", "confirmation_template"),
        )


class WordingForm(forms.ModelForm):
    """A new wording."""

    class Meta:
        model = ConsentWording
        fields = ("language", "text")
        widgets = {"language": LanguageSelect()}


class WordingInline(ReadOnlyInline):
    """The words that were shown; somebody agreed to them, so that they stay."""

    model = ConsentWording
    fields = ("version", "shown_language", "text", "created_at")
    readonly_fields = fields
    ordering = ("-version", "language")
    verbose_name_plural = _("wordings so far")

    @admin.display(description=_("Language"))
    def shown_language(self, row: ConsentWording) -> str:
        """Return the language by name."""
        return language_name(row.language)


class NewWordingInline(DeclicStackedInline):
    """New words, in one language or more: together they are the next version."""

    model = ConsentWording
    form = WordingForm
    fields = ("language", "text")
    verbose_name = _("wording")
    verbose_name_plural = _("new wording")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Show none that exists."""
        return super().get_queryset(request).none()


@admin.register(ConsentDefinition)
class ConsentDefinitionAdmin(HistoryAdmin):
    """What profiles may allow."""

    form = DefinitionForm
    list_display = ("shown_label", "name", "shown_kind", "shown_channels", "is_double_opt_in")
    list_filter = (ShownFilter, "kind")
    search_fields = ("name",)
    inlines = (WordingInline, NewWordingInline)
    fieldsets = (
        (None, {"fields": ("label", "name", "kind", "channels", "is_double_opt_in", "is_archived")}),
        (_("Confirmation"), {"fields": ("asks_at_once", "confirm_within_days", "confirmation_template")}),
        (_("Expiry"), {"fields": ("expires_after_days", "prolonged_by")}),
    )
    empty_title = _("No consents yet")
    empty_text = _("Say what your customers may allow: a newsletter by e-mail, offers by SMS…")

    @admin.display(description=_("Label"), ordering="name")
    def shown_label(self, row: ConsentDefinition) -> str:
        """Return the label in the reader's language."""
        return row.label_in((get_language() or "")[:2])

    @admin.display(description=_("Kind"))
    def shown_kind(self, row: ConsentDefinition) -> str:
        """Return the kind as a badge."""
        return badge(row.get_kind_display(), "info" if row.kind == ConsentDefinition.Kind.CONSENT else "")

    @admin.display(description=_("Channels"))
    def shown_channels(self, row: ConsentDefinition) -> str:
        """Return the channels in words."""
        return ", ".join(str(dict(CHANNELS).get(channel, channel)) for channel in row.channels)

    def found(self, term: str) -> Q:
        """Search anywhere: there are few."""
        return Q(name__icontains=term) | Q(label__icontains=term)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the service templates that are in use."""
        if db_field.name == "confirmation_template":
            options["queryset"] = Template.objects.filter(kind=Template.Kind.SERVICE, is_archived=False)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the technical name: shops send it."""
        return ("name", "kind") if obj else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Number new wordings: those saved together are one version."""
        if formset.model is ConsentWording:
            newest = ConsentWording.objects.filter(definition=form.instance).aggregate(n=Max("version"))["n"] or 0
            for one in formset.forms:
                if one.instance._state.adding and one.has_changed():
                    one.instance.version = newest + 1
        super().save_formset(request, form, formset, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a definition that is no longer wanted is archived."""
        return False
