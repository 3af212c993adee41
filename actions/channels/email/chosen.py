"""Choose the way for mail by the settings, and keep it for this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from actions.channels.email.backend import BackendTransport
from actions.channels.email.base import MailTransport
from actions.channels.email.mailbox import MailboxTransport
from actions.channels.email.smtp import Server, SmtpTransport

SMTP = "django.core.mail.backends.smtp.EmailBackend"
_kept: dict[object, MailTransport] = {}
_mailbox_only: ContextVar[bool] = ContextVar("declic_mailbox_only", default=False)


@contextmanager
def mailbox_only() -> Iterator[None]:
    """Have all mail land in the mailbox inside the block, whatever server is configured (a loader's past mails)."""
    token = _mailbox_only.set(True)
    try:
        yield
    finally:
        _mailbox_only.reset(token)


def mail_transport() -> MailTransport:
    """Return the way for mail: SMTP, another backend, or the mailbox where no server is configured."""
    key: object = None
    if settings.HAS_EMAIL_SERVER and not _mailbox_only.get():
        key = _server() if settings.EMAIL_BACKEND == SMTP else settings.EMAIL_BACKEND
    if key not in _kept:
        for transport in _kept.values():
            transport.close()
        _kept.clear()
        _kept[key] = _made(key)
    return _kept[key]


def _made(key: object) -> MailTransport:
    if isinstance(key, Server):
        return SmtpTransport(key)
    return BackendTransport(str(key)) if key else MailboxTransport()


def _server() -> Server:
    return Server(
        host=settings.EMAIL_HOST or "localhost",
        port=settings.EMAIL_PORT or 25,
        user=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        use_tls=bool(getattr(settings, "EMAIL_USE_TLS", False)),
        use_ssl=bool(getattr(settings, "EMAIL_USE_SSL", False)),
        timeout=settings.EMAIL_TIMEOUT or 20,
    )
