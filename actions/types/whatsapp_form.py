"""The form of A3: which template, in which languages, with which parameters."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from actions.forms import RepeatedLinesField
from actions.types.grounds import GroundsForm
from crm.forms import TextField

_NAME = RegexValidator(r"^[a-z0-9_]+$", _("Small letters, digits and _ only, as in Meta's manager."))
_CODES = RegexValidator(
    r"^[a-z]{2,3}(_[A-Z]{2})?( *, *[a-z]{2,3}(_[A-Z]{2})?)*$", _("Codes such as fr or en_US, with commas between them.")
)


class SendWhatsAppForm(GroundsForm):
    """Which approved template, and what stands in the place of its {{1}}, {{2}} …"""

    channel = "whatsapp"

    template = TextField(label=_("Name of the template"), max_length=250, validators=[_NAME])
    codes = TextField(
        label=_("Languages"),
        max_length=200,
        validators=[_CODES],
        help_text=_("In which the template is approved, the usual one first: fr, en_US."),
    )
    body = RepeatedLinesField(label=_("Parameters of the text"), required=False, most=50)
    header = TextField(label=_("Parameter of the header"), max_length=250, required=False)
    button = TextField(
        label=_("Parameter of the first button's link"), max_length=500, required=False, widget=forms.TextInput()
    )
