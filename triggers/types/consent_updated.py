"""T2: a consent was updated."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm, ReferencesField
from crm.models import ConsentDefinition, ConsentStatus
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind

_ALWAYS = frozenset({ConsentStatus.ACCEPTED.value, ConsentStatus.REFUSED.value})


class ConsentsField(ReferencesField):
    """Consents by their technical name, shown by their label in the current language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(ConsentDefinition.objects.filter(is_archived=False), by="name", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the label."""
        return str(obj.label_in(get_language() or ""))


class ConsentUpdatedForm(ConfigForm):
    """Ask which consents."""

    consents = ConsentsField(label=_("Consents"), help_text=_("Each that changes starts a run of its own."))
    to_confirm = forms.BooleanField(label=_("Also when a consent is to be confirmed (double opt-in)"), required=False)


@trigger_types.register
class ConsentUpdated(Trigger):
    """Once for each consent that is accepted or refused; an expiry never counts."""

    kind = "consent_updated"
    label = _("Consent updated")
    help = _(
        "A customer accepts or refuses a consent, or somebody notes it in the back-office. Take it to welcome "
        "subscribers to your newsletter; for new accounts, take “Profile created”."
    )
    form_class = ConsentUpdatedForm
    reads = frozenset({Kind.CONSENT_CHANGED})
    topics = frozenset({"consent"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the consent and at what became of it."""
        seen = event.snapshot.get("consent", {})
        wanted = _ALWAYS | {ConsentStatus.TO_CONFIRM.value} if self.options.get("to_confirm") else _ALWAYS
        return (
            event.name in self.options["consents"] and seen.get("status") in wanted and seen.get("source") != "expiry"
        )

    def runs_at_once(self) -> int:
        """Count the consents."""
        return len(self.options["consents"])

    def variables(self) -> Iterable[Variable]:
        """Offer the consent."""
        return (
            Variable("consent.label", _("Consent")),
            Variable("consent.name", _("Technical name of the consent")),
            Variable("consent.status", _("New status of the consent")),
            Variable("consent.old_status", _("Status before")),
            Variable("consent.source", _("Source of the change")),
        )

    def describe(self) -> str:
        """Say it."""
        names = self.options["consents"]
        language = get_language() or ""
        labels = [row.label_in(language) for row in ConsentDefinition.objects.filter(name__in=names)]
        said = {"consents": ", ".join(labels) or ", ".join(names)}
        if self.options.get("to_confirm"):
            return _("A consent is accepted, refused or to be confirmed: %(consents)s") % said
        return _("A consent is accepted or refused: %(consents)s") % said
