"""On which ground a message goes to a profile: the same question in the forms of all channels."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Problem
from actions.forms import ConsentsField
from actions.types.email_form import KINDS, PURPOSES
from crm.forms import ConfigForm
from crm.models import ConsentDefinition


class GroundsForm(ConfigForm):
    """Marketing needs one of the chosen consents, service one of the chosen legal bases."""

    adapts_on = ("purpose",)
    #: the channel whose consents are offered
    channel = ""

    purpose = forms.ChoiceField(label=_("Kind"), choices=PURPOSES, initial="marketing")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        purpose = self.chosen("purpose") or "marketing"
        label = _("One of these legal bases") if purpose == "service" else _("One of these consents")
        consents = ConsentsField(KINDS.get(purpose, KINDS["marketing"]), channel=self.channel, label=label)
        self.fields["consents"] = consents
        self.order_fields(["purpose", "consents"])


def rules_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules of a delivery."""
    return {name: config[name] for name in ("purpose", "consents")}


def purpose_in_words(config: Mapping[str, Any]) -> str:
    """Return marketing or service, as it stands in a sentence."""
    return str(dict(PURPOSES).get(config.get("purpose", ""), "")).lower()


def problems_of_grounds(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Block where a chosen consent is gone."""
    names = set(config["consents"])
    used = set(ConsentDefinition.objects.filter(name__in=names, is_archived=False).values_list("name", flat=True))
    for name in sorted(names - used):
        yield Problem(_now("The consent “%(name)s” is archived or gone.") % {"name": name}, code="consent_gone")
