"""What people and the back-office see of messages."""

from actions.views.callbacks import integration_callback
from actions.views.confirm import confirm_page
from actions.views.messages import delivery_message, mailbox_message
from actions.views.pot import pot_page
from actions.views.preferences import preferences_page
from actions.views.provider import provider_reports
from actions.views.tracking import follow_link, show_picture
from actions.views.unsubscribe import unsubscribe_page

__all__ = [
    "confirm_page",
    "delivery_message",
    "follow_link",
    "integration_callback",
    "mailbox_message",
    "pot_page",
    "preferences_page",
    "provider_reports",
    "show_picture",
    "unsubscribe_page",
]
