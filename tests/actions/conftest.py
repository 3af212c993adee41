"""An e-mail server that keeps what it gets, and workers whose breakers are closed."""

from collections.abc import Iterator
from typing import Any

import pytest

from actions import bells
from actions.channels.email import mail_transport
from actions.sending import http, mail
from tests.actions.http_sink import HttpSink, running_http_sink
from tests.actions.smtp_sink import Sink, running_sink


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """Forget what this process knows of servers."""
    mail.breaker.close()
    http.hosts.forget()
    bells.stopping.clear()
    yield
    bells.stopping.clear()
    mail_transport().close()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """Send mail to a server of the test's."""
    with running_sink() as sink:
        settings.HAS_EMAIL_SERVER = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 1
        yield sink
        mail_transport().close()


@pytest.fixture
def http_sink(settings: Any) -> Iterator[HttpSink]:
    """Allow calls of this machine, and give a server that keeps them."""
    settings.DECLIC_OUTBOUND_ALLOW = "127.0.0.0/8,localhost"
    with running_http_sink() as sink:
        yield sink
