"""32 clients on kept connections, each sending its next request when the last was answered; lean."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Client:
    sock: socket.socket
    received: bytearray = field(default_factory=bytearray)
    missing: int = -1


def send_all(host: str, port: int, requests: Iterator[bytes], *, clients: int = 32) -> tuple[float, Counter[int]]:
    """Send all requests over so many connections; return the seconds it took and the statuses that came back."""
    selector = selectors.DefaultSelector()
    statuses: Counter[int] = Counter()
    open_clients = 0
    begin = time.perf_counter()
    for _number in range(clients):
        request = next(requests, None)
        if request is None:
            break
        client = _Client(socket.create_connection((host, port)))
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sock.sendall(request)
        selector.register(client.sock, selectors.EVENT_READ, client)
        open_clients += 1
    while open_clients:
        for key, _mask in selector.select(timeout=60):
            client = key.data
            status = _receive(client)
            if status is None:
                continue
            statuses[status] += 1
            request = next(requests, None)
            if request is None:
                selector.unregister(client.sock)
                client.sock.close()
                open_clients -= 1
            else:
                client.sock.sendall(request)
    return time.perf_counter() - begin, statuses


def _receive(client: _Client) -> int | None:
    """Read what is there; return the status when the answer is complete. Raises ConnectionError when it was cut."""
    data = client.sock.recv(65536)
    if not data:
        raise ConnectionError("the server closed a kept connection")
    client.received += data
    if client.missing < 0:
        end = client.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(client.received[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        client.missing = end + 4 + length
    if len(client.received) < client.missing:
        return None
    status = int(client.received[9:12])
    del client.received[: client.missing]
    client.missing = -1
    return status
