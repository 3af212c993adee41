"""Any other e-mail backend of Django: those of anymail for providers' APIs, files and the console in development."""

from collections.abc import Sequence

from anymail.exceptions import AnymailAPIError, AnymailError
from django.core.mail import EmailMultiAlternatives, get_connection
from requests import exceptions as http

from actions.channels.email.base import MailTransport
from actions.channels.mime import Mail, ascii_address, one_line
from actions.channels.results import Away, Final, Result, Sent, Temporary, Unknown


class BackendTransport(MailTransport):
    """Hands messages to the backend named in EMAIL_BACKEND, one at a time."""

    def __init__(self, backend: str) -> None:
        self._connection = get_connection(backend)

    def open(self) -> None:
        """Leave connecting to the backend."""

    def close(self) -> None:
        """Close what the backend opened."""
        self._connection.close()

    def send_many(self, mails: Sequence[Mail]) -> list[Result]:
        """Send one after the other."""
        return [self._send(mail) for mail in mails]

    def _send(self, mail: Mail) -> Result:
        try:
            message = as_message(mail)
            self._connection.send_messages([message])
        except (http.ConnectTimeout, ConnectionRefusedError) as error:
            return Away(f"{type(error).__name__}: {error}")
        except AnymailAPIError as error:
            return _from_answer(error)
        except AnymailError as error:
            return Final(str(error))
        except (http.Timeout, http.ConnectionError, OSError) as error:
            return Unknown(f"{type(error).__name__}: {error}")
        status = getattr(message, "anymail_status", None)
        return Sent(str(getattr(status, "message_id", None) or ""))


def as_message(mail: Mail) -> EmailMultiAlternatives:
    """Return the mail as a message of Django."""
    sender = ascii_address(mail.sender_email)
    name = one_line(mail.sender_name)
    message = EmailMultiAlternatives(
        one_line(mail.subject),
        mail.text,
        f'"{name}" <{sender}>'.replace("\\", "") if name and '"' not in name else sender,
        [mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": f"<{mail.message_id}>", **mail.headers},
    )
    # anymail's backends give it back with what happens to the message later; others ignore it
    message.metadata = {"delivery": mail.message_id.partition("@")[0]}  # type: ignore[attr-defined]
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _from_answer(error: AnymailAPIError) -> Result:
    code = getattr(error, "status_code", None)
    if code is None:
        return Unknown(str(error))
    if code in (408, 429) or code >= 500:
        return Temporary(str(error))
    return Final(str(error))
