"""A shop that calls while things break: it repeats what was not accepted, under the same Idempotency-Key."""

import base64
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.house import PATIENCE, PEOPLE, House, wait_until

EVENTS = 500
THREADS = 4


@dataclass(frozen=True)
class Call:
    """A path under /api and a body."""

    path: str
    body: dict[str, Any]


def call_of(name: str, number: int) -> Call:
    """Call the workflows of the identifier `shop`."""
    body = {"customerEmail": f"p{number % PEOPLE}@faults.example", "key": {"order": f"{name}-{number}"}}
    return Call("/v3/automations/trigger/shop", body)


def cart_of(name: str, number: int) -> Call:
    """Push a cart."""
    items = [{"reference": "A1", "name": "A lamp", "quantity": 1, "price": "10.00"}]
    cart = {"key": f"{name}-{number}", "items": items}
    return Call("/v2/carts", {"customer": {"email": f"p{number % PEOPLE}@faults.example"}, "cart": cart})


class Shop:
    """Posts `EVENTS` calls from a few threads, and more until it is `enough`; `accepted` counts those that were."""

    def __init__(self, house: House, name: str, make: Callable[[str, int], Call], enough: Callable[[], bool]) -> None:
        self.house, self.name, self.make, self.enough = house, name, make, enough
        self.accepted = 0
        self.answers: Counter[int] = Counter()
        self.ended_at = 0.0
        self._lock = threading.Lock()
        self._give_up = False
        self._threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(THREADS)]

    def start(self) -> None:
        """Begin to call."""
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        """Wait until so many calls were accepted."""
        wait_until(lambda: self.accepted >= count, seconds=120 * PATIENCE, why=lambda: self.answers)

    def finish(self) -> None:
        """Wait until it has called enough."""
        wait_until(
            lambda: not any(thread.is_alive() for thread in self._threads),
            seconds=120 * PATIENCE,
            why=lambda: f"{self.answers}, left: {[path.name for path in self.house.orders.iterdir()]}",
        )

    def stop(self) -> None:
        """End without the rest."""
        self._give_up = True
        for thread in self._threads:
            thread.join()

    def _work(self, first: int) -> None:
        connection: http.client.HTTPConnection | None = None
        for number in itertools.count(first, THREADS):
            if number >= EVENTS:
                if self._give_up or self.enough():
                    return
                time.sleep(0.2)  # for what waits for something to be seen a few times, a trickle will do
            call = self.make(self.name, number)
            while not self._give_up:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
                status = self._post(connection, call, f"{self.name}-{number}")
                with self._lock:
                    self.answers[status] += 1
                    self.accepted += 200 <= status < 300
                if 200 <= status < 300:
                    break
                connection.close()
                connection = None
                time.sleep(0.1)

    def _post(self, connection: http.client.HTTPConnection, call: Call, once: str) -> int:
        authorization = base64.b64encode(self.house.key.encode()).decode()
        headers = {
            "Authorization": f"Basic {authorization}",
            "Content-Type": "application/json",
            "Idempotency-Key": once,
        }
        try:
            connection.request("POST", f"/api{call.path}", json.dumps(call.body), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        return answer.status


@contextmanager
def shopping(
    house: House, name: str, make: Callable[[str, int], Call] = call_of, *, done: Sequence[Path] = ()
) -> Iterator[Shop]:
    """Call during a block and until all files `done` are there; when it ends, all calls have been accepted."""
    shop = Shop(house, name, make, lambda: all(path.exists() for path in done))
    shop.start()
    try:
        yield shop
        shop.finish()
    finally:
        shop.stop()
