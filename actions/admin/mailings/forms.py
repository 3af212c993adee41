"""The forms of mailings: the message, and the ground it stands on."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from actions.mailings.rules import scenario_rules
from crm.models import ConsentDefinition, Newsletter, Scenario, Site, Template
from crm.models.mailing import Mailing
from crm.wallclock import instant_of, zone_of


class GroundsField(forms.MultipleChoiceField):
    """Consents or legal bases by their labels, kept as technical names."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, **options)

    def offer(self) -> set[str]:
        """Offer those that are in use now; return their technical names."""
        rows = ConsentDefinition.objects.filter(kind=self.kind, is_archived=False)
        language = get_language() or ""
        offered = {row.name: row.label_in(language) for row in rows}
        self.choices = list(offered.items())
        return set(offered)


class MailingForm(forms.ModelForm):
    """What both kinds of mailing ask for; only the grounds of the chosen kind count."""

    marketing_consents = GroundsField(ConsentDefinition.Kind.CONSENT, label=_("One of these consents"))
    legal_bases = GroundsField(ConsentDefinition.Kind.LEGAL_BASIS, label=_("One of these legal bases"))

    grounds = {"marketing": "marketing_consents", "service": "legal_bases"}

    class Meta:
        model: type[Mailing] = Newsletter
        fields: tuple[str, ...] = ()
        widgets = {"purpose": UnfoldAdminRadioSelectWidget}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.grounds.values():
            field = self.fields.get(name)
            if isinstance(field, GroundsField):
                offered = field.offer()
                self.initial[name] = [consent for consent in self.instance.consents if consent in offered]
        if "template" in self.fields and not self.instance.pk:
            self.fields["template"].queryset = Template.objects.filter(is_archived=False)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Ask for a ground, and keep it."""
        cleaned = super().clean()
        name = self.grounds.get(self.cleaned_data.get("purpose", ""))
        if name:
            chosen = self.cleaned_data.get(name) or []
            if not chosen and name not in self.errors:
                self.add_error(name, _("Choose at least one."))
            self.instance.consents = chosen
        return cleaned


class NewsletterForm(MailingForm):
    """A newsletter that is a draft."""

    class Meta(MailingForm.Meta):
        model = Newsletter
        fields = ("name", "template", "segment", "purpose", "per_minute")


class ScenarioForm(MailingForm):
    """A scenario; whether it is on is decided on its page."""

    class Meta(MailingForm.Meta):
        model = Scenario
        fields = ("name", "template", "rule", "days", "at_time", "purpose")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        widget = self.fields["at_time"].widget
        if isinstance(widget, forms.TimeInput):
            widget.format = "%H:%M"  # nobody chooses seconds

    def clean(self) -> dict[str, Any] | None:
        """Ask for the number of days that the rule needs."""
        cleaned = super().clean()
        rule = scenario_rules.get(self.cleaned_data.get("rule", ""))
        days = self.cleaned_data.get("days")
        if rule is not None and days is not None and days < rule.least_days:
            self.add_error("days", _("Give the number of days, at least 1."))
        return cleaned


class SendForm(forms.Form):
    """Now, or at a time of the shop's clock."""

    when = forms.ChoiceField(choices=[("now", _("Now")), ("later", _("Later"))])
    at = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Turn the time into an instant (`send_at`; None: now)."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["send_at"] = None
        if cleaned.get("when") == "later":
            try:
                local = datetime.fromisoformat(cleaned.get("at", "")).replace(tzinfo=None)
                cleaned["send_at"] = instant_of(local.date(), local.time(), zone_of(Site.current().time_zone))
            except (ValueError, OverflowError):
                self.add_error("at", _("Give a day and a time."))
        return cleaned


class TestForm(forms.Form):
    """Where a test goes."""

    to = forms.EmailField(
        error_messages={"required": _("Give an e-mail address."), "invalid": _("Give an e-mail address.")}
    )
    profile = forms.CharField(required=False)
