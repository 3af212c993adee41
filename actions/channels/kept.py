"""The mailbox in the place of a provider: what would have been sent is kept there, as it would have been received."""

from functools import partial

from actions.channels.http import Call
from actions.channels.results import Result, Sent
from actions.models import Delivery, MailboxMessage
from crm import clock


def keep_call(delivery: Delivery, text: str, *, sender: str) -> Call:
    """Return the call that puts a text into the mailbox."""
    return Call("", partial(_keep, delivery, text, sender))


def _keep(delivery: Delivery, text: str, sender: str) -> Result:
    """Insert the message, once for each delivery."""
    MailboxMessage.objects.get_or_create(
        message_id=str(delivery.uid),
        defaults={
            "channel": delivery.channel,
            "sender": sender[:320],
            "recipient": delivery.recipient[:320],
            "subject": " ".join(text.split())[:80],
            "text": text.replace("\x00", ""),
            "headers": {"X-Declic-Delivery": str(delivery.uid)},
            "received_at": clock.now(),
        },
    )
    return Sent()
