"""The form of A1: to whom, on which ground, and what it says."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.forms import ConsentsField, EmailField, EmailsField
from crm.forms import ConfigForm, ReferenceField, TextField
from crm.models import ConsentDefinition, Template

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFEREE = "referee"
PURPOSES = [("marketing", _("Marketing")), ("service", _("Service"))]
KINDS = {"marketing": ConsentDefinition.Kind.CONSENT, "service": ConsentDefinition.Kind.LEGAL_BASIS}


def recipients(topics: Collection[str]) -> "list[tuple[str, StrOrPromise]]":
    """Return to whom it may go with triggers of these topics: the referee is known with a referral only (T11)."""
    people = [("profile", _("The profile")), *([(REFEREE, _("The referee"))] if "referral" in topics else [])]
    return [*people, ("team", _("Fixed addresses"))]


def usual_source() -> str:
    """Return where a new message comes from: a template, as long as there is one."""
    return "template" if Template.objects.filter(is_archived=False).exists() else "own"


class SendEmailForm(ConfigForm):
    """Fields that a choice makes pointless are not there."""

    adapts_on = ("to", "purpose", "source")

    to = forms.ChoiceField(label=_("To"), initial="profile")
    addresses = EmailsField(label=_("Addresses"), most=5)
    purpose = forms.ChoiceField(
        label=_("Kind"),
        choices=PURPOSES,
        initial="marketing",
        help_text=_("Marketing needs an accepted consent and carries a link to unsubscribe; service, a legal basis."),
    )
    source = forms.ChoiceField(
        label=_("Message"), choices=[("template", _("A template")), ("own", _("Written here"))], initial=usual_source
    )
    template = ReferenceField(Template.objects.filter(is_archived=False), label=_("Template"))
    subject = TextField(label=_("Subject"), max_length=250)
    preheader = TextField(label=_("Preheader"), max_length=250, required=False)
    html = TextField(label=_("HTML"), max_length=500_000, required=False, widget=forms.Textarea({"rows": 12}))
    text = TextField(label=_("Text"), max_length=500_000, required=False, widget=forms.Textarea({"rows": 6}))
    sender_name = TextField(label=_("Sender's name"), max_length=120, required=False)
    sender_email = EmailField(
        label=_("Sender's e-mail"), max_length=254, required=False, help_text=_("Empty: that of the shop.")
    )
    reply_to = EmailField(label=_("Reply to"), max_length=254, required=False)

    own_fields = ("subject", "preheader", "html", "text", "sender_name", "sender_email", "reply_to")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = recipients(self.context.get("topics", ()))
        purpose = self.chosen("purpose") or "marketing"
        if self.chosen("to") == "team":
            del self.fields["purpose"]
        else:
            del self.fields["addresses"]
            label = _("One of these legal bases") if purpose == "service" else _("One of these consents")
            consents = ConsentsField(KINDS.get(purpose, KINDS["marketing"]), label=label)
            self.fields["consents"] = consents
        absent = ("template",) if self.chosen("source") == "own" else self.own_fields
        for name in absent:
            del self.fields[name]
        self.order_fields(["to", "addresses", "purpose", "consents"])

    def clean(self) -> dict[str, Any]:
        """Ask for a body."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "html" in self.fields and not self.errors and not cleaned["html"].strip() and not cleaned["text"].strip():
            self.add_error("html", _now("Write HTML or a text."))
        return cleaned
