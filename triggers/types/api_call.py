"""T3: a call of the API."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.types.cart_updated import CartUpdated

STARTS, UPDATES = "starts", "updates"


class ApiCallForm(ConfigForm):
    """Ask for the identifier, and what a repeated key does."""

    identifier = forms.CharField(
        label=_("Identifier"),
        max_length=80,
        validators=[RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("Use letters, digits, - and _ only."))],
        help_text=_("A developer is needed: your shop or site has to call the address below."),
    )
    repeated = forms.ChoiceField(
        label=_("A call with the same key, while the run is under way"),
        choices=[(STARTS, _("starts another run")), (UPDATES, _("updates the data of that run"))],
        initial=STARTS,
        required=False,
    )

    def clean_identifier(self) -> str:
        """Refuse the identifier of carts."""
        identifier = str(self.cleaned_data["identifier"])
        if identifier == CartUpdated.identifier:
            raise forms.ValidationError(_("This one is for carts: choose the trigger “Cart updated”."))
        return identifier

    def clean_repeated(self) -> str:
        """Start another run unless told otherwise."""
        return str(self.cleaned_data.get("repeated") or STARTS)

    def note(self) -> str:
        """Return the call to copy."""
        identifier = self.chosen("identifier") or "my-identifier"
        return f"POST {settings.SITE_URL}/api/v3/automations/trigger/{identifier}"


@trigger_types.register
class ApiCall(Trigger):
    """Every workflow with the identifier starts."""

    kind = "api_call"
    label = _("API call")
    help = _(
        "Your shop or site calls an address, for the customer whom it names. Take it for what no other "
        "trigger knows of. A developer is needed."
    )
    form_class = ApiCallForm
    reads = frozenset({Kind.API_CALLED})
    topics = frozenset({"api"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the identifier."""
        return event.name == self.options["identifier"]

    def run_key(self, event: EventView) -> str:
        """Keep one run a key, if so chosen."""
        return event.key if self.options.get("repeated") == UPDATES else ""

    def variables(self) -> Iterable[Variable]:
        """Offer the key; all that was posted stands beside it."""
        return (Variable("key.*", _("The key of the call")), Variable("*", _("All that the call posted")))

    def describe(self) -> str:
        """Say it."""
        said = _("The API is called with “%(identifier)s”") % {"identifier": self.options["identifier"]}
        if self.options.get("repeated") == UPDATES:
            said = _("%(said)s; a repeated key updates the run") % {"said": said}
        return said
