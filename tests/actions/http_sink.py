"""A small HTTP server that keeps what it gets and answers as it is told, path by path."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Got:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


@dataclass
class HttpSink:
    """Where it listens, what it got, and what it answers: path → status, headers, seconds to wait (-1: no answer)."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str], float]] = field(default_factory=dict)
    #: what stands in the answers, path by path
    bodies: dict[str, bytes] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    when_called: Callable[[], object] | None = None
    #: what answers under the first part of a path, instead of the above: it is given the rest of the path
    mounted: dict[str, Callable[[Got], tuple[int, bytes]]] = field(default_factory=dict)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def count(self, path: str) -> int:
        return sum(got.path == path for got in self.got)


class _Handler(BaseHTTPRequestHandler):
    sink: HttpSink

    def do_POST(self) -> None:
        sink = self.sink
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with sink.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(self.path, headers, body, self.command)
            sink.got.append(got)
            sink.at_once += 1
            sink.most_at_once = max(sink.most_at_once, sink.at_once)
        status, headers, seconds = sink.answers.get(self.path, (204, {}, 0))
        said = sink.bodies.get(self.path, b"")
        mount, _, rest = self.path[1:].partition("/")
        if mount in sink.mounted:
            with sink.lock:
                status, said = sink.mounted[mount](replace(got, path=f"/{rest}"))
        if sink.when_called:
            sink.when_called()
        time.sleep(abs(seconds))
        with sink.lock:
            sink.at_once -= 1
        if seconds < 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_PUT = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


class running_http_sink:
    """A sink that runs inside the block."""

    def __enter__(self) -> HttpSink:
        sink = HttpSink()
        handler = type("Handler", (_Handler,), {"sink": sink})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        sink.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return sink

    def __exit__(self, *exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()
