"""T8: a profile was created."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.cause import Origin
from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind

ORIGINS = [(each.value, each.label) for each in (Origin.TRACKER, Origin.MODULE, Origin.API, Origin.BACK_OFFICE)]


class ProfileCreatedForm(ConfigForm):
    """Ask for origins."""

    origins = forms.MultipleChoiceField(
        label=_("Created by"), choices=ORIGINS, help_text=_("Profiles that an import creates start nothing.")
    )


@trigger_types.register
class ProfileCreated(Trigger):
    """A new profile of a ticked origin; imports never."""

    kind = "profile_created"
    label = _("Profile created")
    help = _(
        "Somebody becomes known to the shop, by an account, a form or an order; imports never count. For "
        "changes of somebody who is known, take “Profile information updated”."
    )
    form_class = ProfileCreatedForm
    reads = frozenset({Kind.PROFILE_CREATED})
    topics = frozenset({"profile"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the origin."""
        return event.origin in self.options["origins"]

    def variables(self) -> Iterable[Variable]:
        """Offer what was known at the time."""
        return (
            Variable("profile.email", _("E-mail when created")),
            Variable("profile.first_name", _("First name when created")),
            Variable("profile.last_name", _("Last name when created")),
            Variable("profile.origin", _("Created by")),
        )

    def describe(self) -> str:
        """Say it."""
        names = dict(ORIGINS)
        origins = ", ".join(str(names[origin]) for origin in self.options["origins"])
        return _("A profile is created by: %(origins)s") % {"origins": origins}
