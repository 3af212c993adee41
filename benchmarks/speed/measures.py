"""What is measured, on a running stack; each returns rounds of (value, floor)."""

import base64
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed import floors
from benchmarks.speed.load import send_all
from benchmarks.stack import Stack

HTML = "<p>Hello {{ profile.first_name }}, thank you for your order.</p>" + "<p>Words and words and words.</p>" * 60

Rounds = list[tuple[float, float]]


class Bench:
    """A stack under measure, with the bare database beside it."""

    def __init__(self, stack: Stack, bare: floors.Bare) -> None:
        self.stack, self.bare = stack, bare
        self.posted = 0

    def fill(self, what: str, count: int, *args: str) -> None:
        """Insert rows without ringing."""
        self.stack.run_module("benchmarks.speed.fill", what, str(count), *args)

    def rows(self) -> int:
        """Return how many rows the engine's tables hold."""
        found: int = json.loads(self.stack.run_module("benchmarks.speed.fill", "rows"))
        return found

    def accept_post(self, count: int) -> tuple[float, float]:
        """POST/s accepted from 32 clients, each a call of the trigger endpoint that is recorded and dispatched."""
        host, port = "127.0.0.1", self.stack.port
        seconds, statuses = send_all(host, port, self._requests("unheard", count))
        if set(statuses) != {202}:
            raise RuntimeError(f"not all were accepted: {dict(statuses)}")
        self.wait()
        return count / seconds, floors.commit_floor(self.bare, count)

    def engine_points(self, count: int) -> tuple[float, float]:
        """Events/s through dispatch and advance: condition, give points, journal.

        The clock starts when the first batch is seen to be dispatched; what was dispatched by then is not counted.
        """
        before = self._points_run()
        begin, left = self._fill_and_wait_for_start(count)
        self.wait()
        seconds = time.perf_counter() - begin
        done = self._points_run() - before
        if done != count:
            raise RuntimeError(f"{done} runs of {count} events")
        return left / seconds, floors.engine_floor(self.bare, count)

    def mails_sent(self, count: int) -> tuple[float, float]:
        """Mails/s accepted by the sink, from a backlog of calls whose workflow sends one each; counted in its log."""
        before = len(self.stack.accepted())
        self.fill("events", count, "mail")
        self.wait()
        times = sorted(row["at"] for row in self.stack.accepted()[before:])
        if len(times) != count:
            raise RuntimeError(f"{len(times)} mails of {count}")
        return count / (times[-1] - times[0]), floors.smtp_floor(self.stack.smtp_port, count, HTML)

    def latency(self, count: int) -> tuple[list[float], list[float]]:
        """Milliseconds from POST to accepted by the sink, one at a time while nothing else goes on."""
        sent: dict[str, float] = {}
        for request in self._requests("mail", count):
            number = self.posted
            sent[f"Number {number}"] = time.time()
            _seconds, statuses = send_all("127.0.0.1", self.stack.port, iter([request]), clients=1)
            if statuses != Counter({202: 1}):
                raise RuntimeError(f"not accepted: {dict(statuses)}")
            self._wait_for(f"Number {number}")
        taken = {row["subject"]: row["at"] for row in self.stack.accepted()}
        times = [(taken[subject] - at) * 1000 for subject, at in sent.items()]
        return times, floors.latency_floor(self.bare, self.stack.smtp_port, count)

    def conditions(self, profiles: int, rounds: int) -> tuple[dict[str, Rounds], int]:
        """Milliseconds in which each condition is counted over all profiles; the floor counts them bare."""
        self.stack.run_module("benchmarks.crowd", str(profiles))
        taken = json.loads(self.stack.run_module("benchmarks.conditions", "ask", str(rounds)))
        asked = taken["conditions"].items()
        return {name: [(value, least) for value, least in each["rounds"]] for name, each in asked}, taken["profiles"]

    def newsletter_preparation(self, count: int) -> tuple[float, float]:
        """Recipients/s of a newsletter to everybody, prepared by the scheduler, from begun to prepared."""
        found = json.loads(self.stack.run_module("benchmarks.speed.newsletter", str(count)))
        if found["recipients"] < count:
            raise RuntimeError(f"{found['recipients']} recipients of {count}")
        return found["recipients"] / found["seconds"], floors.preparation_floor(self.bare, count)

    def memory(self) -> dict[str, float]:
        """Return megabytes of each kind of process, the largest of its kind."""
        found: dict[str, float] = {}
        for name, pid in self.stack.pids():
            found[name] = max(found.get(name, 0.0), floors.resident(pid))
        return found

    def wait(self, patience: float = 300) -> None:
        """Wait until no event, due run or delivery is left."""
        shop, end = self.stack.shop, time.monotonic() + patience
        while time.monotonic() < end:
            left = shop.get("/v3/automations/backlog")
            if not (left["events"] or left["runsDue"] or left["deliveriesUnderWay"]):
                return
            time.sleep(0.1)  # each look costs the measured machine a little
        raise RuntimeError(f"not idle after {patience:.0f} s: {left}")

    def _points_run(self) -> int:
        rows = self.stack.shop.get("/v3/automations")["automations"]
        return int(next(row["succeeded"] for row in rows if row["name"] == "Points"))

    def _fill_and_wait_for_start(self, count: int) -> tuple[float, int]:
        """Insert a backlog; return the moment at which its first batch was seen to be handled, and what was left."""
        self.fill("events", count, "bench")
        shop = self.stack.shop
        while (left := shop.get("/v3/automations/backlog")["events"]) == count:
            time.sleep(0.002)
        return time.perf_counter(), left

    def _wait_for(self, subject: str) -> None:
        end = time.monotonic() + 30
        mark = f'"{subject}"'
        while time.monotonic() < end:
            if mark in _tail(self.stack.smtp_log):
                return
            time.sleep(0.002)
        raise RuntimeError(f"{subject} did not arrive")

    def _requests(self, identifier: str, count: int) -> Iterator[bytes]:
        authorization = base64.b64encode(self.stack.key.encode()).decode()
        for _ in range(count):
            self.posted += 1
            body = json.dumps(
                {
                    "customerEmail": f"p{self.posted % 1000}@bench.example",
                    "key": {"n": str(self.posted)},
                    "number": self.posted,
                    "colour": "blue",
                }
            )
            yield (
                f"POST /api/v3/automations/trigger/{identifier} HTTP/1.1\r\nHost: 127.0.0.1:{self.stack.port}\r\n"
                f"Authorization: Basic {authorization}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()


def percentile(times: list[float], share: float) -> float:
    """Return the value below which that share of the times lies."""
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


def _tail(path: Path, size: int = 4000) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read().decode(errors="replace")
