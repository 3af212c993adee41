"""A11: a target of webhooks, an address of the shop's own."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from actions.channels.results import Sent
from actions.channels.webhook import try_target
from actions.integrations.base import IntegrationKind, Tested, integration_kinds
from actions.integrations.forms import AddressField, IntegrationForm
from actions.integrations.targets import new_secret, set_target
from actions.models import Integration
from actions.reasons import reason_label


class WebhookForm(IntegrationForm):
    """An address; the signing secret is made here and shown once."""

    url = AddressField(label=_("Address"))
    renews = forms.BooleanField(
        label=_("Make a new signing secret"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("The former one signs beside it for a day."),
    )


@integration_kinds.register
class WebhookTarget(IntegrationKind):
    """Calls signed as Standard Webhooks."""

    kind = "webhook"
    label = _("Webhook target")
    text = _("An address of yours that workflows tell what happened; each call is signed.")
    icon = "webhook"
    form_class = WebhookForm
    unlocks = frozenset({"call_webhook"})
    is_many = True

    @classmethod
    def save(cls, row: Integration, form: IntegrationForm) -> str:
        """Write the target; a new one, or one that asks for it, gets a secret that signs from now on."""
        cleaned = form.cleaned_data
        secret = new_secret() if row.pk is None or cleaned["renews"] else ""
        return set_target(row, name=cleaned["name"], url=cleaned["url"], secret=secret, is_active=cleaned["is_active"])

    def test_connection(self) -> Tested:
        """Make a signed call that says it is a test."""
        result = try_target(self.row)
        if isinstance(result, Sent):
            return Tested(True, _now("The target answered that it took the call."))
        return Tested(False, reason_label(getattr(result, "reason", "")))
