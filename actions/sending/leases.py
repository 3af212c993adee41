"""Leases: a worker takes rows for a short time and says again and again that it lives."""

import logging
import threading
import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection, transaction

from actions.models import Delivery, InHand
from actions.models.delivery import Status
from crm import clock, db

logger = logging.getLogger(__name__)

LEASED_FOR = timedelta(seconds=10)
RENEWED_EVERY = 3  # seconds
#: how many suspects are taken at once
PIECE = 20
#: which channel leaves by which worker
CHANNELS: dict[str, tuple[str, ...]] = {"mail": ("email",), "http": ("webhook", "sms", "whatsapp", "brevo")}


def lease_end() -> datetime:
    """Return when a lease taken now ends: by the real clock, since it speaks of workers, not of the shop."""
    return datetime.now(UTC) + LEASED_FOR


class Lease:
    """The right to send some rows; while it is open a thread renews it.

    `lock` keeps that thread out of the holder's transactions.
    """

    def __init__(self) -> None:
        self.token = uuid.uuid4()
        #: the queue that rows were taken from
        self.queue = ""
        self.lock = threading.Lock()
        #: whether the rows in hand are suspects: they were in hand when a worker died
        self.has_suspects = False

    def __enter__(self) -> Self:
        _keeper.hold(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _keeper.let_go(self)
        if kind is not None and issubclass(kind, Exception):
            self._give_back_quietly()

    def take(
        self,
        queue: str,
        limit: int,
        *,
        not_to: Collection[str] = (),
        not_on: Collection[str] = (),
        is_free: bool = True,
    ) -> list[Delivery]:
        """Take at most `limit` rows that are due, longest due first, none to a recipient or on a channel named.

        What a dead worker left in hand is taken before all others, a few rows at a time, by hands that are free; what
        was left twice, alone.
        """
        self.queue = queue
        channels = [channel for channel in CHANNELS[queue] if channel not in not_on]
        due = Delivery.objects.due(clock.now()).filter(channel__in=channels)
        if not_to:
            due = due.exclude(recipient__in=not_to)
        suspects = InHand.objects.filter(queue=queue, row_id__isnull=False).values("row_id")
        if not due.exists():
            return []
        with self.lock, transaction.atomic():
            db.relax_commit()
            rows: list[Delivery] = []
            if is_free and suspects.exists():
                rows = list(db.locked(due.filter(pk__in=suspects.filter(deaths=1)), skip=True)[:PIECE])
                rows = rows or list(db.locked(due.filter(pk__in=suspects.filter(deaths__gt=1)), skip=True)[:1])
            self.has_suspects = bool(rows)
            # in one statement: what a sweep makes a suspect meanwhile is not yet due for it
            rows = rows or list(db.locked(due.exclude(pk__in=suspects), skip=True)[:limit])
            until = lease_end()
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
                status=Status.LEASED, lease=self.token, leased_until=until
            )
        for row in rows:
            row.status, row.lease, row.leased_until = Status.LEASED, self.token, until
        return rows

    def give_back(self, ids: Collection[int] | None = None) -> int:
        """Plan again what was taken and not begun: all of it, or only some."""
        rows = Delivery.objects.filter(lease=self.token, status=Status.LEASED)
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        return rows.update(status=Status.PLANNED, lease=None, leased_until=None)

    def renew(self) -> None:
        """Say that the worker lives."""
        with self.lock:
            Delivery.objects.filter(lease=self.token, status__in=[Status.LEASED, Status.SENDING]).update(
                leased_until=lease_end()
            )

    def _give_back_quietly(self) -> None:
        """Give back after an error; what cannot be given back now, the sweep takes when the lease ends."""
        try:
            with self.lock:
                self.give_back()
        except DatabaseError as error:
            logger.warning("Rows stay leased until their lease ends: %s", error)


class _Keeper:
    """The thread that renews the leases of this process; it starts with the first lease."""

    def __init__(self) -> None:
        self._held: dict[Lease, int] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, lease: Lease) -> None:
        with self._lock:
            self._held[lease] = 0
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()

    def let_go(self, lease: Lease) -> None:
        with self._lock:
            self._held.pop(lease, None)

    def _run(self) -> None:
        tick = threading.Event()
        while not tick.wait(1):
            with self._lock:
                due = []
                for lease in self._held:
                    self._held[lease] += 1
                    if self._held[lease] % RENEWED_EVERY == 0:
                        due.append(lease)
            for lease in due:
                try:
                    lease.renew()
                except DatabaseError as error:
                    logger.warning("A lease could not be renewed: %s", error)
            if due:
                connection.close()


_keeper = _Keeper()
