"""Read a URL and decide whether it may be called, before anything is resolved."""

from dataclasses import dataclass
from typing import Self

import httpx
from django.utils.translation import gettext as _

from actions.outbound.errors import OutboundRefused

PORTS = {"http": 80, "https": 443}
#: Ports above 1023 on which no web server listens, but services that obey what they are sent do.
_SERVICE_PORTS = frozenset({1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 4369, 5432, 5672, 5900, 6000, 6379})
_MORE_SERVICE_PORTS = frozenset({6667, 8125, 9042, 9092, 10250, 11211, 27017})
_LONGEST_URL = 4096


@dataclass(frozen=True)
class Target:
    """Where a call goes: the host as it is written in `Host` and TLS, and the path with its query."""

    scheme: str
    host: str
    port: int
    path: bytes

    @classmethod
    def of(cls, url: str) -> Self:
        """Read a URL; raise OutboundRefused where it cannot be called."""
        if len(url) > _LONGEST_URL or any(ord(character) <= 32 or ord(character) == 127 for character in url):
            raise OutboundRefused(_("The address is not a valid URL."))
        try:
            parsed = httpx.URL(url)
            host = parsed.raw_host.decode("ascii")
        except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
            raise OutboundRefused(_("The address is not a valid URL.")) from None
        if parsed.scheme not in PORTS:
            raise OutboundRefused(_("The address must begin with https:// or http://."))
        if parsed.userinfo:
            raise OutboundRefused(_("The address must not hold a user name or a password."))
        if not host or "%" in host:
            raise OutboundRefused(_("The address has no host."))
        return cls(parsed.scheme, host, parsed.port or PORTS[parsed.scheme], parsed.raw_path)

    @property
    def has_sane_port(self) -> bool:
        """Tell whether a public web server may be behind the port."""
        if self.port in (80, 443):
            return True
        return 1024 <= self.port <= 65535 and self.port not in _SERVICE_PORTS | _MORE_SERVICE_PORTS
