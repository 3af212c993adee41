"""A4: remove a contact from a list in Brevo."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import action_types
from actions.types.brevo_parts import BrevoAction, BrevoListForm


@action_types.register
class BrevoRemoveFromList(BrevoAction):
    """Take the profile off a list."""

    kind = "brevo_remove_from_list"
    label = _("Brevo: remove from a list")
    form_class = BrevoListForm
    operation = "remove_from_list"

    def describe(self) -> str:
        """Say which list."""
        return _now("Brevo: remove the contact from list %(number)d") % {"number": self.config["list"]}

    def parts(self) -> dict[str, Any]:
        """Return the list."""
        return {"list": self.config["list"]}
