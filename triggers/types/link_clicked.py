"""T16: a link in a message was clicked."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import TextField
from triggers.base import Variable, trigger_types
from triggers.messages import MESSAGE_VARIABLES, MessagesForm, MessageTrigger, seen_of
from triggers.models import Kind


class LinkClickedForm(MessagesForm):
    """Ask for any message or a list, and for any link or a certain one."""

    link = TextField(
        label=_("Link"),
        max_length=500,
        required=False,
        help_text=_("The address of the link, or its beginning: https://shop.example/sale. Empty: any link."),
    )


@trigger_types.register
class LinkClicked(MessageTrigger):
    """The first click of a person on a message; where a link is named, the first on that link."""

    kind = "link_clicked"
    label = _("Link clicked")
    help = _(
        "A customer clicks a link in an e-mail for the first time. What mailbox robots follow does not count. "
        "Take it rather than an opened e-mail where it matters that somebody is interested."
    )
    form_class = LinkClickedForm
    reads = frozenset({Kind.MESSAGE_CLICKED})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the message and the link."""
        if not super().accepts(event, workflow_id):
            return False
        seen, link = seen_of(event), str(self.options.get("link") or "")
        earlier = seen.get("earlier_links") or ()
        if not link:
            return not earlier
        return str(seen.get("link", "")).startswith(link) and not any(str(one).startswith(link) for one in earlier)

    def variables(self) -> Iterable[Variable]:
        """Offer the message and the link."""
        return (*MESSAGE_VARIABLES, Variable("message.link", _("Link that was clicked")))

    def describe(self) -> str:
        """Say it."""
        said = self.say(_("A link in any message is clicked"), _("A link is clicked in: %(messages)s"))
        if self.options.get("link"):
            said = _("%(said)s; only links that begin with %(link)s") % {"said": said, "link": self.options["link"]}
        return said
