"""Templates: a message in each language, with a preview beside it while one writes."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from actions.admin.preview import PARTS, preview_of, said_of
from actions.rendering.known import problems_of_texts, template_paths
from actions.rendering.offered import usual_tags
from crm.admin.fields import LanguageSelect, language_name
from crm.admin.filters import ShownFilter
from crm.admin.history import HistoryAdmin
from crm.admin.inlines import DeclicStackedInline
from crm.models import Site, Template, TemplateText

#: the attribute of a request that carries the template that it saved
_SAVED = "declic_saved_template"


class TextForm(forms.ModelForm):
    """A message in one language."""

    class Meta:
        model = TemplateText
        fields = ("language", "subject", "preheader", "html", "text")
        widgets = {
            "language": LanguageSelect(),
            "html": UnfoldAdminTextareaWidget(attrs={"rows": 14, "class": "d-source", "spellcheck": "false"}),
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        }
        help_texts = {
            "preheader": _("What mailboxes show behind the subject."),
            "html": _("HTML or MJML, with merge tags like {{ profile.first_name }}."),
            "text": _("For those who read no HTML. Empty: made from it."),
        }


class TextInline(DeclicStackedInline):
    """The message in each language."""

    model = TemplateText
    form = TextForm
    fields = ("language", "subject", "preheader", "html", "text")
    min_num = 1
    verbose_name = _("language version")
    verbose_name_plural = _("the message in each language")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Begin with the shop's language."""
        formset = super().get_formset(request, obj, **options)
        language = formset.form.base_fields.get("language")
        if language is not None:
            language.initial = Site.current().language
        return formset


@admin.register(Template)
class TemplateAdmin(HistoryAdmin):
    """Messages that workflows send."""

    list_display = ("name", "kind", "shown_languages", "updated_at")
    list_filter = (ShownFilter, ("kind", ChoicesDropdownFilter))
    search_fields = ("name",)
    inlines = (TextInline,)
    fieldsets = (
        (None, {"fields": [("name", "kind"), "is_archived"]}),
        (
            _("Sender, where it is not the shop's"),
            {"fields": [("sender_name", "sender_email"), "reply_to"], "classes": ["collapse"]},
        ),
    )
    change_form_outer_after_template = "actions/admin/template_preview.html"
    empty_title = _("No templates yet")
    empty_text = _("A template is a message, in each of your languages, that several workflows may send.")

    class Media:
        js = ("actions/preview.js",)

    @admin.display(description=_("Languages"))
    def shown_languages(self, row: Template) -> str:
        """Return the languages in which it is written."""
        return ", ".join(language_name(text.language) for text in row.texts.all()) or "–"

    def found(self, term: str) -> Q:
        """Search anywhere in the name: there are few."""
        return Q(name__icontains=term)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Template]":
        """Read the languages of all at once."""
        return super().get_queryset(request).prefetch_related("texts")

    def get_urls(self) -> list[URLPattern]:
        """Add the preview."""
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", view, name="crm_template_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the message being written as the newest profile would get it, for a sandboxed frame."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        answer = said_of if request.GET.get("part") == "said" else preview_of
        return answer(request.POST, may_see_profiles=request.user.has_perm("crm.view_profile"))

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Save; what is risky about the texts is said afterwards, outside of the transaction."""
        response = super().changeform_view(request, *args, **options)
        saved = getattr(request, _SAVED, None)
        if saved is not None and response.status_code == 302:
            texts = [part for row in saved.texts.order_by("pk").values_list(*PARTS) for part in row]
            for problem in problems_of_texts(texts, template_paths()):
                messages.warning(request, problem)
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Remember what was saved."""
        super().save_related(request, form, formsets, change)
        setattr(request, _SAVED, form.instance)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a template is archived."""
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        """Name the preview for readers of screens, and offer merge tags."""
        context["preview_title"] = _now("The message as it would arrive")
        context["tag_groups"] = usual_tags()
        return super().render_change_form(request, context, **options)
