"""The form on a module's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.errors import Invalid
from crm.forms import TextField
from crm.hosted.content import PageContent
from crm.models import ConsentDefinition, Profile
from crm.services.hosted import Visitor
from crm.services.profile_values import read_values

#: a field that people do not see; what fills it in is a machine
TRAP = "website"
#: how browsers name what they know, so that they fill it in
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "birthday": "bday",
    "mobile": "tel",
    "address": "street-address",
    "postcode": "postal-code",
    "city": "address-level2",
    "company": "organization",
}


class PageForm(forms.Form):
    """The e-mail, the fields and questions of the page, and a box for each consent."""

    email = forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, content: PageContent, language: str, **options: Any) -> None:
        options["label_suffix"] = ""
        super().__init__(*args, **options)
        self.content, self.language = content, language
        self.fields["email"].label = _("Your e-mail address")
        for name in content.asks:
            self.fields[name] = _field(name)
        for at, question in enumerate(content.questions):
            self.fields[f"question_{at}"] = TextField(label=question, max_length=1000)
        offered = ConsentDefinition.objects.filter(name__in=content.consents, is_archived=False)
        self.offers = [(each, each.wording_in(language)) for each in offered.prefetch_related("wordings")]
        for definition, wording in self.offers:
            label = wording.text if wording else definition.label_in(language)
            self.fields[f"consent_{definition.name}"] = forms.BooleanField(label=label, required=False)

    def clean(self) -> None:
        """Read what was typed as a profile holds it, before anybody is looked up: who is known is told by no error."""
        names = [name for name in ("email", *self.content.asks) if name in self.cleaned_data]
        try:
            self.cleaned_data |= read_values({name: self.cleaned_data[name] for name in names})
        except Invalid as error:
            self.add_error(error.field, error.message)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that are shown."""
        return [field for field in self if field.name != TRAP]

    def visitor(self) -> Visitor:
        """Return what was filled in."""
        values = self.cleaned_data
        ticked = [definition for definition, _wording in self.offers if values[f"consent_{definition.name}"]]
        consents = {
            each.name: each.version_seen(self.data.get(f"wording_{each.name}"), self.language) for each in ticked
        }
        answers = {question: values[f"question_{at}"] for at, question in enumerate(self.content.questions)}
        fields = {name: values[name] for name in self.content.asks}
        return Visitor(values["email"], fields, answers, consents, self.language)

    @property
    def is_by_machine(self) -> bool:
        """Tell whether the hidden field was filled in."""
        return bool(self.cleaned_data.get(TRAP))


def _field(name: str) -> forms.Field:
    column = Profile._meta.get_field(name)
    label = str(column.verbose_name).capitalize()  # type: ignore[union-attr]
    attributes = {"autocomplete": AUTOCOMPLETE[name]} if name in AUTOCOMPLETE else {}
    if name == "birthday":
        return forms.DateField(
            label=label, required=False, widget=forms.DateInput({**attributes, "type": "date"}, "%Y-%m-%d")
        )
    if name == "gender":
        return forms.ChoiceField(label=label, required=False, choices=Profile.Gender.choices)
    length: int = column.max_length  # type: ignore[union-attr, assignment]
    return TextField(label=label, required=name == "first_name", max_length=length, widget=forms.TextInput(attributes))
