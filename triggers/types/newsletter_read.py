"""T5: an e-mail of a newsletter was read."""

from django.utils.translation import gettext_lazy as _

from triggers.base import trigger_types
from triggers.messages import NEWSLETTER, MessagesForm, MessageTrigger
from triggers.models import Kind


class NewsletterReadForm(MessagesForm):
    """Ask for any newsletter, or a list."""

    parts = (NEWSLETTER,)
    any_words = _("any newsletter, also a future one")


@trigger_types.register
class NewsletterRead(MessageTrigger):
    """The first time that a person opens an e-mail of a newsletter."""

    kind = "newsletter_read"
    label = _("Newsletter e-mail read")
    help = _(
        "A customer opens an e-mail of a newsletter for the first time. What mailbox robots open does not "
        "count. Many mailboxes hide opens: “Link clicked” is surer."
    )
    form_class = NewsletterReadForm
    reads = frozenset({Kind.MESSAGE_OPENED})
    part = NEWSLETTER

    def describe(self) -> str:
        """Say it."""
        return self.say(_("An e-mail of any newsletter is read"), _("An e-mail of a newsletter is read: %(messages)s"))
