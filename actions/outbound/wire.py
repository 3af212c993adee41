"""Connections that go where they were told to, within one deadline for all of a call."""

import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore


class Deadline:
    """How long a call may still take."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def cap(self, timeout: float | None) -> float:
        """Return a time-out that does not reach beyond the end; at least a moment, which then passes."""
        left = max(self._end - time.monotonic(), 0.001)
        return left if timeout is None else min(timeout, left)

    @property
    def is_over(self) -> bool:
        """Tell whether the time is up."""
        return time.monotonic() >= self._end


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, whatever the name resolves to by now."""

    def __init__(self, addresses: Sequence[str], deadline: Deadline) -> None:
        self._addresses, self._deadline = addresses, deadline
        self._system = httpcore.SyncBackend()
        #: Whether a byte of the request may have left.
        self.has_sent = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                stream = self._system.connect_tcp(address, port, self._deadline.cap(timeout), None, socket_options)
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            if self._deadline.is_over:
                break
        raise failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Refuse: nothing of ours is reached that way."""
        raise httpcore.ConnectError("no unix sockets")

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore does between its tries."""
        time.sleep(self._deadline.cap(seconds))


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline, and that knows when the request began to leave."""

    def __init__(self, stream: httpcore.NetworkStream, backend: PinnedBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._backend.has_sent = True
        self._stream.write(buffer, self._backend._deadline.cap(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._backend._deadline.cap(timeout))
        return _Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
