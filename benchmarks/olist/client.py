"""A shop's HTTP client: kept connections, each customer always on the same one, so that its calls keep their order."""

import base64
import http.client
import json
import queue
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit


class Shop:
    """Posts to one Declic with one API key ("public:private")."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.headers = {"Authorization": "Basic " + base64.b64encode(key.encode()).decode()}
        self._local = threading.local()

    def get(self, path: str) -> Any:
        """GET a path under /api and return its JSON; raises RuntimeError for any other answer than 200."""
        status, body = self.send("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return json.loads(body)

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """POST JSON."""
        return self.send("POST", path, json.dumps(body).encode(), "application/json")

    def post_form(self, path: str, body: str) -> tuple[int, bytes]:
        """POST a body as PHP encodes it."""
        return self.send("POST", path, body.encode(), "application/x-www-form-urlencoded")

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """Send a request on this thread's connection, once more on a new one where the kept one was closed."""
        headers = self.headers | ({"Content-Type": kind} if kind else {})
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
            try:
                connection.request(method, "/api" + path, body or None, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                self._local.connection = None
                if attempt == 2:
                    raise
        raise AssertionError


def post_all(shop: Shop, calls: Iterable[Any], *, threads: int = 8, rate: float = 0) -> Counter[int]:
    """Post calls (who, path, body) in order, at most `rate` a second (0: as fast as it goes); count the answers.

    Calls of one customer go over one connection, one after the other; anything but a 2xx is printed.
    """
    lanes: list[queue.Queue[Any]] = [queue.Queue(maxsize=50) for _ in range(threads)]
    answers: Counter[int] = Counter()
    lock = threading.Lock()

    def work(lane: "queue.Queue[Any]") -> None:
        while (call := lane.get()) is not None:
            status, body = shop.post(f"/v2/{call.path}", call.body)
            with lock:
                answers[status] += 1
            if status >= 300:
                print(f"{status} for {call.path} {json.dumps(call.body)[:200]}: {body[:300].decode(errors='replace')}")

    workers = [threading.Thread(target=work, args=(lane,), daemon=True) for lane in lanes]
    for worker in workers:
        worker.start()
    begin = time.monotonic()
    for number, call in enumerate(calls):
        if rate and (wait := begin + number / rate - time.monotonic()) > 0:
            time.sleep(wait)
        lanes[zlib.crc32(call.who.encode()) % threads].put(call)
    for lane in lanes:
        lane.put(None)
    for worker in workers:
        worker.join()
    return answers


def wait_until_idle(shop: Shop, *, patience: float = 600) -> dict[str, Any]:
    """Wait until no event, run or delivery is left to be worked (delays are scaled down); return the backlog."""
    end, calm = time.monotonic() + patience, 0
    while True:
        left: dict[str, Any] = shop.get("/v3/automations/backlog")
        idle = not (left["events"] or left["runsDue"] or left["runsUnderWay"] or left["deliveriesUnderWay"])
        calm = calm + 1 if idle else 0
        if calm >= 3:
            return left
        if time.monotonic() > end:
            raise SystemExit(f"Still not idle after {patience:.0f} s: {left}")
        time.sleep(0.5)
