"""The mailbox of the back-office, for a house without an e-mail server."""

from collections.abc import Sequence

from actions.channels.email.base import MailTransport
from actions.channels.mime import Mail, all_headers
from actions.channels.results import Result, Sent
from actions.models import MailboxMessage
from crm import clock, db


class MailboxTransport(MailTransport):
    """Writes messages into the table that the back-office shows as a mailbox."""

    def open(self) -> None:
        """Need nothing."""

    def close(self) -> None:
        """Hold nothing."""

    def send_many(self, mails: Sequence[Mail]) -> list[Result]:
        """Insert all in one statement."""
        now = clock.now()
        db.insert_rows(
            [
                MailboxMessage(
                    message_id=mail.message_id[:200],
                    sender=f"{mail.sender_name} <{mail.sender_email}>".strip()[:320],
                    recipient=mail.recipient[:320],
                    subject=mail.subject[:500],
                    html=mail.html.replace("\x00", ""),
                    text=mail.text.replace("\x00", ""),
                    headers=all_headers(mail),
                    received_at=now,
                )
                for mail in mails
            ]
        )
        return [Sent() for _ in mails]
