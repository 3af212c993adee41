"""Batches that survive their workers: what the dead left is redone in pieces, then row by row; what kills is parked.

Times here are of the real clock, never the given one: they speak of workers, not of what happens in the shop.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from actions import bells
from actions.models import InHand
from crm import db, faults

logger = structlog.get_logger(__name__)

#: a batch older than this whose rows nobody locks was left by a dead worker
LEFT_AFTER = timedelta(seconds=5)
#: how many ids of a batch that was left are redone at once
PIECE = 32
#: how often a batch is tried again after a deadlock
DEADLOCK_TRIES = 3
#: how long a worker waits, in pauses (seconds), for a database that went away while it had one row in hand
PAUSES = (0.1, 0.5, 1, 2, 4, 8, 16, 30)


class NotOurs(Exception):
    """The batch was taken over by another worker while this one slept."""


class Stage(ABC):
    """A queue of rows in a table, worked in batches: `ids` are what is taken in hand, rows are what is worked."""

    name: str

    @abstractmethod
    def candidates(self, excluded: Sequence[int], limit: int) -> list[int]:
        """Return ids that have work, the oldest first, none of `excluded`."""

    @abstractmethod
    def are_free(self, ids: Sequence[int]) -> bool:
        """Tell whether no other transaction holds any of the ids; none will until this one ends."""

    @abstractmethod
    def rows(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Return (id, row) for all rows that are to be worked, in the order in which they must be."""

    @abstractmethod
    def work(self, ids: Sequence[int], *, row: int | None = None) -> int:
        """Work the rows of ids (or one row of one id) inside the caller's transaction; return how many."""

    @abstractmethod
    def park(self, row: int, error: str) -> None:
        """Take a row out of the queue for good, with its error, visibly."""


def work_batch(stage: Stage, limit: int) -> int:
    """Work one batch of a stage; returns how many rows were worked (0: nothing to do).

    Errors of the database itself are raised (the sweep rings again); a row that raises is parked, its neighbours go on.
    """
    hand, is_single = _take(stage, limit)
    if hand is None:
        return 0
    return _one_by_one(stage, hand) if is_single else _at_once(stage, hand, limit)


def _at_once(stage: Stage, hand: InHand, limit: int) -> int:
    """Work all rows of a batch, or of a piece, in one transaction."""
    for attempt in range(1, DEADLOCK_TRIES + 1):
        try:
            faults.point(f"{stage.name}.taken")
            with transaction.atomic():
                db.relax_commit()
                _let_go(hand)
                done = stage.work(hand.ids)
                faults.point(f"{stage.name}.{'redone' if hand.deaths else 'worked'}")
            faults.point(f"{stage.name}.committed")
            return done
        except NotOurs:
            return 0
        except (OperationalError, InterfaceError) as error:
            if attempt == DEADLOCK_TRIES or not db.is_deadlock(error):
                raise
        except Exception:
            logger.exception("batch_raised", queue=stage.name, ids=len(hand.ids))
            if hand.deaths:
                return _one_by_one(stage, hand)
            InHand.objects.filter(pk=hand.pk, since=hand.since).update(since=hand.since - LEFT_AFTER)
            return work_batch(stage, limit)
    return 0


def _take(stage: Stage, limit: int) -> tuple[InHand | None, bool]:
    """Take a batch in hand and commit that; what was left comes first (the second value: go row by row)."""
    now = datetime.now(UTC)
    with transaction.atomic():
        db.alone(stage.name, is_relaxed=True)
        hands = list(InHand.objects.filter(queue=stage.name).order_by("id"))
        for hand in hands:
            if hand.since < now - LEFT_AFTER and stage.are_free(hand.ids):
                return _take_over(stage, hand, now)
        excluded = [each for hand in hands for each in hand.ids]
        ids = stage.candidates(excluded, limit)
        return (InHand.objects.create(queue=stage.name, ids=ids, since=now) if ids else None), False


def _take_over(stage: Stage, hand: InHand, now: datetime) -> tuple[InHand, bool]:
    """Take what was left: of a batch its first piece, at once; of a piece its rows, one by one."""
    logger.warning("batch_was_left", queue=stage.name, ids=len(hand.ids), deaths=hand.deaths + 1, row=hand.row_id)
    if hand.row_id is not None:
        stage.park(hand.row_id, "Workers died over this row again and again.")
    is_piece = hand.deaths > 0
    if not is_piece and len(hand.ids) > PIECE:
        InHand.objects.create(queue=stage.name, ids=hand.ids[PIECE:], since=hand.since)
        hand.ids = hand.ids[:PIECE]
    hand.since, hand.row_id, hand.deaths = now, None, hand.deaths + 1
    hand.save()
    return hand, is_piece


def _one_by_one(stage: Stage, hand: InHand) -> int:
    """Redo a piece row by row, each noted before it is touched; asked to stop, leave the rest to the next worker."""
    done = 0
    for held, row in stage.rows(hand.ids):
        if bells.stopping.is_set():
            mine = InHand.objects.filter(pk=hand.pk, since=hand.since)
            mine.update(row_id=None, since=hand.since - LEFT_AFTER)
            return done
        hand.row_id, hand.since = row, datetime.now(UTC)
        with transaction.atomic():
            db.relax_commit()  # what a worker notes outlives the worker, if not the server
            if not InHand.objects.filter(pk=hand.pk).update(row_id=row, since=hand.since):
                return done
        try:
            with transaction.atomic():
                db.relax_commit()
                done += stage.work([held], row=row)
                faults.point(f"{stage.name}.alone", [row])
        except (OperationalError, InterfaceError):
            _acquit(hand)
            raise
        except Exception as error:
            logger.exception("row_parked", queue=stage.name, row=row)
            with transaction.atomic():
                stage.park(row, f"{type(error).__name__}: {error}")
            done += 1
    InHand.objects.filter(pk=hand.pk).delete()
    return done


def _acquit(hand: InHand) -> None:
    """Say that the row in hand killed nobody: the database went away, and this worker lives."""
    for pause in PAUSES:
        if connection.in_atomic_block:
            return
        connection.close()
        time.sleep(pause)
        try:
            InHand.objects.filter(pk=hand.pk, row_id=hand.row_id).update(row_id=None)
        except (OperationalError, InterfaceError) as error:
            logger.warning("database_is_away", queue=hand.queue, error=str(error))
        else:
            return


def _let_go(hand: InHand) -> None:
    if not InHand.objects.filter(pk=hand.pk, since=hand.since).delete()[0]:
        raise NotOurs
