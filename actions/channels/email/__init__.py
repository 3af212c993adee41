"""E-mail: which way it leaves follows from the settings."""

from actions.channels.email.backend import BackendTransport
from actions.channels.email.base import ChannelDown, MailTransport
from actions.channels.email.chosen import mail_transport
from actions.channels.email.mailbox import MailboxTransport
from actions.channels.email.smtp import SmtpTransport

__all__ = ["BackendTransport", "ChannelDown", "MailTransport", "MailboxTransport", "SmtpTransport", "mail_transport"]
