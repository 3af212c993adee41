"""All doubles, mounted on one server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.actions.http_sink import HttpSink, running_http_sink
from tests.providers.brevo import Brevo
from tests.providers.meta import Meta
from tests.providers.shop import Shop
from tests.providers.twilio import Twilio


@dataclass
class Providers:
    """The doubles, and the server that they answer on."""

    sink: HttpSink
    twilio: Twilio
    meta: Meta
    brevo: Brevo
    shop: Shop

    def url(self, path: str) -> str:
        """Return an address on it; the first part of the path says whose."""
        return self.sink.url(path)


@pytest.fixture
def providers(tmp_path: Path, settings: Any) -> Iterator[Providers]:
    """Allow calls of this machine, where the doubles answer."""
    settings.DECLIC_OUTBOUND_ALLOW = "127.0.0.0/8"
    with running_http_sink() as sink:
        doubles = Twilio(tmp_path), Meta(tmp_path), Brevo(tmp_path), Shop(tmp_path)
        sink.mounted = {double.mount: double.answer for double in doubles}
        yield Providers(sink, *doubles)
