"""What people and the back-office see of messages."""

from actions.views.confirm import confirm_page
from actions.views.messages import delivery_message, mailbox_message
from actions.views.pot import pot_page
from actions.views.preferences import preferences_page
from actions.views.unsubscribe import unsubscribe_page

__all__ = [
    "confirm_page",
    "delivery_message",
    "mailbox_message",
    "pot_page",
    "preferences_page",
    "unsubscribe_page",
]
