"""A4: create or update a contact in Brevo."""

import re
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import action_types
from actions.types.brevo_parts import BrevoAction, PairsField, pairs
from crm.forms import ConfigForm, TextField

USUAL = ("FIRSTNAME = {{ profile.first_name }}", "LASTNAME = {{ profile.last_name }}", "SMS = {{ profile.mobile }}")


class BrevoContactForm(ConfigForm):
    """Which attributes, and which lists."""

    attributes = PairsField(label=_("Attributes"), initial=list(USUAL), most=100)
    lists = TextField(
        label=_("Lists"),
        required=False,
        max_length=200,
        validators=[RegexValidator(r"^\d{1,9}( *, *\d{1,9})*$", _("Numbers of lists, with commas between them."))],
        help_text=_("Numbers of lists in Brevo that the contact is put on."),
    )


@action_types.register
class BrevoContact(BrevoAction):
    """Write the profile into Brevo; attributes that would be empty stay as they are."""

    kind = "brevo_contact"
    label = _("Brevo: create or update a contact")
    form_class = BrevoContactForm
    operation = "contact"

    def describe(self) -> str:
        """Say which attributes."""
        return _now("Brevo: create or update the contact (%(names)s)") % {"names": ", ".join(self.values())}

    def values(self) -> dict[str, str]:
        """Return the attributes."""
        return {name.upper(): text for name, text in pairs(self.config["attributes"]).items()}

    def parts(self) -> dict[str, Any]:
        """Return the lists."""
        return {"lists": [int(number) for number in re.findall(r"\d+", self.config.get("lists", ""))]}
