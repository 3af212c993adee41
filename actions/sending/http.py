"""Make calls over HTTP: a small pool of threads, two calls a host, so that a slow or dead one holds up no other."""

import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache

from django.db import InterfaceError, OperationalError

from actions import bells
from actions.channels.http import Call, http_channels
from actions.channels.results import Final, Result, Skip, Temporary, Unknown
from actions.models import Delivery
from actions.sending.hosts import Host, Hosts
from actions.sending.leases import Lease
from actions.sending.poison import after_error
from actions.sending.turns import Attempt, take_turn
from crm import faults

THREADS = 16
#: how long a round takes new rows for every host; then only while slow calls are awaited, for those that are not slow
ROUND = 5.0  # seconds

hosts = Hosts()


def deliver_http(limit: int) -> int:
    """Make the calls that are due, at most `limit` taken at once; returns how many rows were taken."""
    if bells.stopping.is_set():
        return 0
    with hosts.lock, Lease() as lease:
        batch = _Round(lease, limit)
        try:
            batch.run()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            after_error(lease, batch.rows_in_hand(), error)
        finally:
            batch.let_go()
    return batch.taken


@dataclass(slots=True)
class _Round:
    lease: Lease
    limit: int
    taken: int = 0
    began: float = field(default_factory=time.monotonic)
    done: list[Attempt] = field(default_factory=list)
    under_way: dict[Future[tuple[Result, float]], tuple[Delivery, Host]] = field(default_factory=dict)
    preparing: list[Delivery] = field(default_factory=list)

    def run(self) -> None:
        """Take, start, wait, record, until nothing is left that this round may do."""
        while True:
            if self._may_take():
                self._take()
            self._start()
            if not self.under_way:
                if not self.done:
                    break
                continue
            wait(self.under_way, timeout=0.25, return_when=FIRST_COMPLETED)
            self._gather()
        self.lease.give_back()

    def rows_in_hand(self) -> list[Delivery]:
        """List what is in hand."""
        waiting = [row for host in hosts.all() for row, _ in host.waiting]
        return [*self.preparing, *waiting, *(row for row, _ in self.under_way.values())]

    def let_go(self) -> None:
        """Empty the hands: what was not begun is planned again by the lease."""
        for host in hosts.all():
            host.waiting.clear()
            host.under_way = 0

    def _may_take(self) -> bool:
        if bells.stopping.is_set() or self.lease.has_suspects:
            return False
        return self._is_young() or any(host.is_slow for _, host in self.under_way.values())

    def _is_young(self) -> bool:
        return time.monotonic() - self.began < ROUND

    def _take(self) -> None:
        full = [
            host
            for host in hosts.all()
            if host.is_broken or host.in_hand >= host.quota or (host.is_slow and not self._is_young())
        ]
        self.preparing = self.lease.take(
            "http",
            self.limit,
            not_to=set[str]().union(*(host.recipients for host in full)),
            not_on=set[str]().union(*(host.channels for host in full)),
            is_free=not self.rows_in_hand(),
        )
        faults.point("http.leased", (row.pk for row in self.preparing))
        self.taken += len(self.preparing)
        for delivery, call in _prepared(self.preparing):
            if not isinstance(call, Call):
                self.done.append(Attempt.of(delivery, call))
                continue
            host = hosts[call.host]
            if http_channels[delivery.channel].has_one_host:
                host.channels.add(delivery.channel)
            else:
                host.recipients.add(delivery.recipient)
            host.waiting.append((delivery, call))
        self.preparing = []
        dropped = [row.pk for host in hosts.all() for row in host.drop_excess()]
        if dropped:
            self.taken -= len(dropped)
            self.lease.give_back(dropped)

    def _start(self) -> None:
        """Record what ended and mark what begins in one turn, then hand the calls to the pool."""
        if bells.stopping.is_set():
            for host in hosts.all():
                host.waiting.clear()
        begun = [(row, call, host) for host in hosts.all() for row, call in host.next_calls()]
        if not begun and not self.done:
            return
        done, self.done = self.done, []
        free = {row.pk for row in take_turn(self.lease, done, [row for row, _, _ in begun])}
        faults.point("http.marked", free)
        for row, call, host in begun:
            if row.pk not in free:
                host.under_way -= 1
            elif call.host:
                self.under_way[_pool().submit(_timed, call)] = (row, host)
            else:
                self._end(row, host, *_timed(call))

    def _gather(self) -> None:
        for future in [future for future in self.under_way if future.done()]:
            row, host = self.under_way.pop(future)
            self._end(row, host, *future.result())

    def _end(self, row: Delivery, host: Host, result: Result, seconds: float) -> None:
        host.ended(seconds, is_failure=isinstance(result, Temporary | Unknown))
        self.done.append(Attempt.of(row, result))


def _prepared(rows: Sequence[Delivery]) -> list[tuple[Delivery, Call | Final | Skip | Unknown]]:
    by_channel: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_channel[row.channel].append(row)
    prepared: list[tuple[Delivery, Call | Final | Skip | Unknown]] = []
    for kind, mine in by_channel.items():
        prepared += zip(mine, http_channels[kind]().prepare_many(mine), strict=True)
    return prepared


def _timed(call: Call) -> tuple[Result, float]:
    began = time.monotonic()
    try:
        result = call.make()
    except Exception as error:
        result = Unknown(f"{type(error).__name__}: {error}")
    faults.point("http.called")
    return result, time.monotonic() - began


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="calls")
