"""Who is at the other end of a request."""

import logging
import threading
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client.

    X-Forwarded-For is believed of the proxies in `settings.TRUSTED_PROXIES` only: the client is the last in it that is
    none of them. What stands before that anybody can write.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if not forwarded:
        return peer
    if not _is_proxy(_address(peer)):
        if settings.IS_HTTPS:
            _warn_of(peer)
        return peer
    found = peer
    for entry in reversed(forwarded.split(",")):
        address = _address(entry.strip())
        if address is None:
            break
        found = str(address)
        if not _is_proxy(address):
            break
    return found


def _is_proxy(address: IPv4Address | IPv6Address | None) -> bool:
    return address is not None and any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; some proxies write the port behind it."""
    if text.count(":") == 1 or text.startswith("["):
        text = text.rpartition(":")[0] if not text.endswith("]") else text
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@cache
def _networks(names: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names)


#: set when the log was told of a proxy that nobody named
is_warned = threading.Event()


def _warn_of(peer: str) -> None:
    if not is_warned.is_set():
        is_warned.set()
        logger.warning(
            "X-Forwarded-For of %s is not believed: is it your proxy? Then name it in DECLIC_TRUSTED_PROXIES.", peer
        )
