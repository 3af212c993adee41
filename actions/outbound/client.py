"""The one HTTP client: calls public addresses only, where they were resolved to, and follows nothing."""

import ssl
import threading
import time
from collections.abc import Mapping
from functools import cache

import certifi
import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from actions.outbound.addresses import Address, Allowed, Resolver, is_public, parse_address, system_resolver
from actions.outbound.errors import OutboundError, OutboundRefused, OutboundTemporary, OutboundUnknown
from actions.outbound.headers import request_headers
from actions.outbound.response import Response
from actions.outbound.target import Target
from actions.outbound.wire import Deadline, PinnedBackend

CONNECT_WITHIN = 5.0
LONGEST_BODY = 64 * 1024
_MOST_ADDRESSES = 4


class Client:
    """A client with its own resolver, list of exceptions and trusted authorities; safe for threads."""

    def __init__(
        self,
        *,
        resolve: Resolver = system_resolver,
        allowed: Allowed | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolve, self._allowed, self._ssl_context = resolve, allowed, ssl_context

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout: float = 10.0,
        allow_private: bool = False,
    ) -> Response:
        """Make one call, `timeout` seconds long at most; any status is an answer, a redirect too.

        Raise OutboundRefused, OutboundTemporary (nothing was sent) or OutboundUnknown. With `allow_private`
        any address and port may be called: for what an operator wrote, never for what a user wrote.
        """
        began = time.monotonic()
        deadline = Deadline(timeout)
        target = Target.of(url)
        sent = request_headers(target, headers or {}, method, body)
        addresses = self._addresses(target, deadline, allow_private=allow_private)
        backend = PinnedBackend(addresses, deadline)
        with httpcore.HTTPConnection(
            origin=httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=self._ssl_context or _trusted(),
            network_backend=backend,
        ) as connection:
            try:
                status, received, content, is_cut = _exchange(connection, method, target, sent, body, timeout, deadline)
            except httpcore.LocalProtocolError as error:
                raise OutboundRefused(_("The request cannot be written: %(error)s") % {"error": error}) from error
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
                raise _failure(error, has_sent=backend.has_sent) from error
        return Response(status, received, content, is_cut, time.monotonic() - began)

    def check(self, url: str, *, allow_private: bool = False) -> None:
        """Raise what `request` would raise before it connects: for forms that save an address."""
        self._addresses(Target.of(url), Deadline(CONNECT_WITHIN), allow_private=allow_private)

    def _addresses(self, target: Target, deadline: Deadline, *, allow_private: bool) -> list[str]:
        """Return where to connect to; every address of the host must be allowed."""
        allowed = self._allowed if self._allowed is not None else Allowed.parse(_setting())
        try:
            found = _within(deadline, self._resolve, target.host.strip("[]"), target.port)
            addresses: list[Address] = [parse_address(address) for address in found]
        except (OSError, UnicodeError) as error:
            raise OutboundTemporary(_("%(host)s is not found.") % {"host": target.host}) from error
        except ValueError as error:
            raise OutboundRefused(_("%(host)s may not be called.") % {"host": target.host}) from error
        if not addresses:
            raise OutboundTemporary(_("%(host)s is not found.") % {"host": target.host})
        exempt = allow_private or all(allowed.covers(target.host, address) for address in addresses)
        if not exempt and not all(is_public(a) or allowed.covers(target.host, a) for a in addresses):
            raise OutboundRefused(
                _("%(host)s is not on the public internet and may not be called.") % {"host": target.host}
            )
        if not exempt and not target.has_sane_port:
            raise OutboundRefused(_("Port %(port)d may not be called.") % {"port": target.port})
        return [str(address) for address in addresses[:_MOST_ADDRESSES]]


def _exchange(
    connection: httpcore.HTTPConnection,
    method: str,
    target: Target,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    timeout: float,
    deadline: Deadline,
) -> tuple[int, dict[str, str], bytes, bool]:
    limits = {"connect": min(CONNECT_WITHIN, timeout), "read": timeout, "write": timeout, "pool": timeout}
    url = httpcore.URL(
        scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path or b"/"
    )
    with connection.stream(
        method.encode(), url, headers=headers, content=body, extensions={"timeout": limits}
    ) as response:
        content = bytearray()
        is_cut = False
        try:
            for piece in response.iter_stream():
                content += piece
                if is_cut := len(content) > LONGEST_BODY or deadline.is_over:
                    break
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            is_cut = True  # the status is known, and that is the answer
        received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return response.status, received, bytes(content[:LONGEST_BODY]), is_cut


def _failure(error: Exception, *, has_sent: bool) -> OutboundError:
    if has_sent:
        if isinstance(error, httpcore.TimeoutException):
            return OutboundUnknown(_("The request was sent; no answer came in time."))
        return OutboundUnknown(_("The request was sent; the connection broke or the answer was no HTTP."))
    if isinstance(error, httpcore.TimeoutException):
        return OutboundTemporary(_("No connection came about in time."))
    return OutboundTemporary(_("No connection came about: %(error)s") % {"error": " ".join(str(error).split())[:200]})


def _within(deadline: Deadline, resolve: Resolver, host: str, port: int) -> list[str]:
    """Resolve in a thread, since the system's resolver knows no time-out; raise OSError when time is up."""
    found: list[str] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.extend(resolve(host, port))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, name="resolve", daemon=True)
    thread.start()
    thread.join(deadline.cap(CONNECT_WITHIN))
    if thread.is_alive():
        raise TimeoutError("the name was not resolved in time")
    if failed:
        raise failed[0]
    return found


def _setting() -> str | list[str]:
    return getattr(settings, "DECLIC_OUTBOUND_ALLOW", "")


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


_client = Client()


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 10.0,
    allow_private: bool = False,
) -> Response:
    """Make one call; see `Client.request`."""
    return _client.request(method, url, headers=headers, body=body, timeout=timeout, allow_private=allow_private)
