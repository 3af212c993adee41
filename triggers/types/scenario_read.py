"""T10: an e-mail of a scenario was read."""

from django.utils.translation import gettext_lazy as _

from triggers.base import trigger_types
from triggers.messages import SCENARIO, MessagesForm, MessageTrigger
from triggers.models import Kind


class ScenarioReadForm(MessagesForm):
    """Ask for any scenario, or a list."""

    parts = (SCENARIO,)
    any_words = _("any scenario, also a future one")


@trigger_types.register
class ScenarioRead(MessageTrigger):
    """The first time that a person opens an e-mail of a scenario."""

    kind = "scenario_read"
    label = _("Scenario e-mail read")
    help = _(
        "A customer opens an e-mail of a scenario for the first time. What mailbox robots open does not "
        "count. Many mailboxes hide opens: “Link clicked” is surer."
    )
    form_class = ScenarioReadForm
    reads = frozenset({Kind.MESSAGE_OPENED})
    part = SCENARIO

    def describe(self) -> str:
        """Say it."""
        return self.say(_("An e-mail of any scenario is read"), _("An e-mail of a scenario is read: %(messages)s"))
