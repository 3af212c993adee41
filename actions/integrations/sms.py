"""What a provider of SMS must be able to do, and the settings that all of them share (A2)."""

from abc import abstractmethod
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from actions.channels.http import Call
from actions.channels.results import Final
from actions.integrations.base import IntegrationKind
from actions.integrations.forms import CountriesField, IntegrationForm, LineField
from actions.integrations.standing import active, is_set_up
from actions.models import Delivery


class SmsForm(IntegrationForm):
    """What every provider is asked."""

    countries = CountriesField(
        label=_("Countries"),
        required=False,
        help_text=_("Codes with commas between them (FR, BE). A profile of another country gets no SMS. Empty: all."),
    )
    stop_text = LineField(
        label=_("STOP text"),
        required=False,
        max_length=60,
        help_text=_("Added to marketing SMS, and counted. Empty: a short text in the language of the shop."),
    )
    french_hours = forms.BooleanField(
        label=_("Keep the French hours for marketing"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("To French numbers: Monday to Saturday, 8 to 20 h, not on public holidays."),
    )


class SmsProvider(IntegrationKind):
    """A provider of SMS."""

    unlocks: ClassVar[frozenset[str]] = frozenset({"send_sms"})
    icon = "sms"

    @abstractmethod
    def call(self, delivery: Delivery, text: str) -> Call | Final:
        """Return the call that sends a text to the recipient of a delivery; raises Undecipherable."""


def sms_provider() -> SmsProvider | None:
    """Return the provider that is switched on."""
    return active(SmsProvider)  # type: ignore[type-abstract]


def is_sms_switched_off() -> bool:
    """Tell whether a provider is set up and none is on; before there is any, the mailbox stands in."""
    return sms_provider() is None and is_set_up(SmsProvider)  # type: ignore[type-abstract]
