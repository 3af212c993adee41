"""A4: add a contact to a list in Brevo."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import action_types
from actions.types.brevo_parts import BrevoAction, BrevoListForm


@action_types.register
class BrevoAddToList(BrevoAction):
    """Put the profile on a list; the contact is created where Brevo does not know it."""

    kind = "brevo_add_to_list"
    label = _("Brevo: add to a list")
    form_class = BrevoListForm
    operation = "add_to_list"

    def describe(self) -> str:
        """Say which list."""
        return _now("Brevo: add the contact to list %(number)d") % {"number": self.config["list"]}

    def parts(self) -> dict[str, Any]:
        """Return the list."""
        return {"list": self.config["list"]}
