"""What people and the back-office see of messages."""

from actions.views.callbacks import integration_callback
from actions.views.messages import delivery_message, mailbox_message
from actions.views.unsubscribe import unsubscribe_page

__all__ = ["delivery_message", "integration_callback", "mailbox_message", "unsubscribe_page"]
