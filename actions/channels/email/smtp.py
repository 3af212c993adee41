"""SMTP on one connection that is kept: three commands in one packet where the server can, then the message."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail.utils import DNS_NAME

from actions.channels.email.base import ChannelDown, MailTransport
from actions.channels.mime import Mail, ascii_address, build
from actions.channels.results import Away, Final, Result, Sent, Temporary, Unknown
from crm import faults

#: an idle connection is asked whether it lives before it is used again
TRUSTED_FOR = 10  # seconds
#: answers that blame our settings, not the message
OURS = frozenset({421, 454, 530, 534, 535, 538})
#: answers to RCPT that there is no such mailbox, unless the enhanced code blames a policy or the way
NO_MAILBOX = frozenset({550, 551, 553})
_BY_POLICY = re.compile(r"\b5\.[347]\.\d{1,3}\b")
BROKEN = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes and how."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    timeout: float = 20


class SmtpTransport(MailTransport):
    """A session with one server. A break before the end of DATA is temporary, a later one is unknown."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        self._used_at = 0.0
        #: whether a message was tried on this connection
        self._is_used = False

    def open(self) -> None:
        """Connect, unless the connection lives."""
        if self._smtp is not None and time.monotonic() - self._used_at > TRUSTED_FOR and not self._lives(self._smtp):
            self.close()
        if self._smtp is None:
            self._smtp = self._connected()
            self._used_at, self._is_used = time.monotonic(), False

    def close(self) -> None:
        """Drop the connection."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def send_many(self, mails: Sequence[Mail]) -> list[Result]:
        """Send one after the other; after a break the next mail gets a new connection.

        When there is none to be had, the rest is not tried.
        """
        results: list[Result] = []
        for mail in mails:
            is_away = bool(results) and isinstance(results[-1], Away)
            results.append(results[-1] if is_away else self._send(mail))
        return results

    def _send(self, mail: Mail) -> Result:
        try:
            self.open()
        except ChannelDown as error:
            return Away(str(error))
        assert self._smtp is not None
        sender, recipient = ascii_address(mail.sender_email), ascii_address(mail.recipient)
        options = ""
        if not (sender.isascii() and recipient.isascii()):
            if not self._smtp.has_extn("smtputf8"):
                return Final("The mail server takes no address with letters outside of ASCII.")
            options = " SMTPUTF8 BODY=8BITMIME"
        message = build(mail).replace(b"\r\n.", b"\r\n..")
        was_used = self._is_used
        result = self._exchange(self._smtp, f"FROM:<{sender}>{options}", f"TO:<{recipient}>", message)
        self._used_at, self._is_used = time.monotonic(), True
        if isinstance(result, Away) and was_used:  # some servers end a session after so many messages
            return self._send(mail)
        return result

    def _exchange(self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Result:
        try:
            refused = self._envelope(smtp, sender, recipient)
            if refused is not None:
                return refused
            assert smtp.sock is not None
            faults.point("mail.asked")
            smtp.sock.sendall(message + b"\r\n.\r\n")
        except BROKEN as error:
            self.close()
            return Temporary(_said(error))
        try:
            code, answer = smtp.getreply()
        except BROKEN as error:
            self.close()
            return Unknown(_said(error))
        if code == 250:
            faults.point("mail.accepted")
            return Sent(answer.decode("utf-8", "replace"))
        if not 400 <= code < 600:  # no refusal: it may have been taken
            self.close()
            return Unknown(f"{code} {answer.decode('utf-8', 'replace')}")
        return self._refusal(smtp, code, answer)

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> Result | None:
        """Come to the point where the message is asked for; returns the refusal otherwise."""
        commands = [f"MAIL {sender}", f"RCPT {recipient}", "DATA"]
        expected = (250, 251), (250, 251), (354,)
        if smtp.has_extn("pipelining"):
            smtp.send("".join(f"{command}\r\n" for command in commands).encode())
            replies = [smtp.getreply()]
            if replies[0][0] == 421:  # nothing follows: the server closes (RFC 5321, 3.8)
                return self._refusal(smtp, *replies[0], is_at_mail=True)
            replies += [smtp.getreply() for _ in commands[1:]]
            found = (at for at, codes in enumerate(expected) if replies[at][0] not in codes)
            bad = next(found, None)
            if bad is not None and replies[2][0] == 354:
                smtp.send(b".\r\n")
                smtp.getreply()
            if bad is None:
                return None
            return self._refusal(smtp, *replies[bad], is_at_mail=bad == 0, of_recipient=bad == 1)
        for command, codes in zip(commands, expected, strict=True):
            smtp.send(f"{command}\r\n".encode())
            code, answer = smtp.getreply()
            if code not in codes:
                of_recipient = command.startswith("RCPT")
                return self._refusal(smtp, code, answer, is_at_mail=command is commands[0], of_recipient=of_recipient)
        return None

    def _refusal(
        self, smtp: smtplib.SMTP, code: int, answer: bytes, *, is_at_mail: bool = False, of_recipient: bool = False
    ) -> Result:
        reason = f"{code} {answer.decode('utf-8', 'replace')}"
        if code in OURS or code < 0:
            self.close()
            return Away(reason) if is_at_mail and code in OURS else Temporary(reason)
        try:
            smtp.rset()
        except BROKEN:
            self.close()
        if code < 500:
            return Temporary(reason)
        return Final(reason, is_bounce=of_recipient and code in NO_MAILBOX and not _BY_POLICY.search(reason))

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        context = ssl.create_default_context() if server.use_tls or server.use_ssl else None
        name = DNS_NAME.get_fqdn()
        smtp: smtplib.SMTP | None = None
        try:
            if server.use_ssl:
                smtp = smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.timeout, context=context)
            else:
                smtp = smtplib.SMTP(server.host, server.port, name, timeout=server.timeout)
            assert smtp.sock is not None
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.use_tls:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BROKEN as error:
            if smtp is not None:
                smtp.close()
            raise ChannelDown(_said(error)) from error
        return smtp

    def _lives(self, smtp: smtplib.SMTP) -> bool:
        try:
            return bool(smtp.noop()[0] == 250)
        except BROKEN:
            return False


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"
    return f"{type(error).__name__}: {error}".rstrip(": ")
