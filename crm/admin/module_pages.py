"""The form of a module, with what its hosted page says and asks for."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from crm.admin.fields import LinesField, ListField
from crm.hosted.content import ASKED, PageContent
from crm.models import ConsentDefinition, Module, Profile

PAGE_FIELDS = ("title", "intro", "asks", "questions", "consents", "thanks")


def asked_choices() -> Iterator[tuple[str, Any]]:
    """List the fields that a page may ask for."""
    for name in ASKED:
        yield name, Profile._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def consent_choices() -> Iterator[tuple[str, str]]:
    """List the consents that a page may offer; a legal basis is not given by ticking a box."""
    rows = ConsentDefinition.objects.filter(is_archived=False, kind=ConsentDefinition.Kind.CONSENT)
    for row in rows:
        yield row.name, row.label_in((get_language() or "")[:2])


class ModuleForm(forms.ModelForm):
    """A module; the part about its page is kept in its settings."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("Empty: the name."),
        widget=UnfoldAdminTextInputWidget(),
    )
    intro = forms.CharField(
        label=_("Text at the top"), max_length=2000, required=False, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )
    asks = ListField(label=_("Asks for, besides the e-mail"), choices=())
    questions = LinesField(label=_("Questions of your own"), help_text=_("One on each line; the answers are kept."))
    consents = ListField(label=_("Consents to tick"), choices=())
    thanks = forms.CharField(
        label=_("Text afterwards"), max_length=2000, required=False, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )

    class Meta:
        model = Module
        fields = ("name", "slug", "kind", "language", "starts_at", "ends_at", "is_archived")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stored = self.instance.settings.get("page") or {}
        for name in PAGE_FIELDS:
            if name in self.fields:  # those who only look get no fields
                self.initial[name] = stored.get(name, PageContent.usual() if name == "asks" else None)
        for name, choices in (("asks", asked_choices()), ("consents", consent_choices())):
            if name in self.fields:
                self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_questions(self) -> list[str]:
        """Refuse more than a page can hold."""
        questions: list[str] = self.cleaned_data["questions"]
        if len(questions) > 20 or any(len(question) > 200 for question in questions):
            raise forms.ValidationError(_("Ask at most 20 questions of at most 200 letters."))
        return questions

    def save(self, commit: bool = True) -> Any:
        """Keep what the page says in the settings."""
        page = {name: self.cleaned_data[name] for name in PAGE_FIELDS if name in self.cleaned_data}
        if page:
            self.instance.settings = {**self.instance.settings, "page": page}
        return super().save(commit)
