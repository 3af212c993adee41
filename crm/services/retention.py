"""Clear what is older than it is to be kept, a little at a time."""

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from crm import db
from crm.models import RetentionRule
from crm.periodic import periodic
from crm.retention import RetentionClass, before, classes, days_of
from crm.turns import each_alone, in_words

logger = structlog.get_logger(__name__)
BATCH = 500
#: seconds that one class may take in a turn
TURN = 2.0
#: so many rows may be passed over because they are in use; then a class waits for them
MOST_LEFT = 5_000


def choose_days(kind: str, days: int | None) -> bool:
    """Keep a class for so many days from now on (None: for ever); tells whether that is a change."""
    rule = RetentionRule.objects.filter(kind=kind).first() or RetentionRule(kind=kind)
    if rule.is_chosen and rule.days == days:
        return False
    rule.days, rule.is_chosen = days, True
    rule.save()
    return True


def clear_old(one: RetentionClass, *, for_seconds: float = TURN) -> int:
    """Clear what is old of one class for a while; returns how many rows were cleared. Two at once take turns.

    A row that cannot be cleared is passed over and tried again later; the rule says what went wrong first.
    """
    days = days_of(one)
    if days is None or one.is_fixed:
        return 0
    until, limit = time.monotonic() + for_seconds, before(days)
    _rule(one)
    cleared, error = _again(one, limit)
    while time.monotonic() < until:
        number, said, is_through = _batch(one, limit)
        cleared, error = cleared + number, error or said
        if is_through:
            break
    if error is not None:
        logger.error("rows_not_cleared", kind=one.kind, exc_info=error)
    words = in_words(error) if error is not None else ""
    RetentionRule.objects.filter(kind=one.kind).exclude(error=words).update(error=words)
    return cleared


@periodic(every=60)
def clear_old_data() -> None:
    """Give each class its turn."""
    each_alone(classes(), clear_old, set_aside=_report)


def _report(one: RetentionClass, error: str) -> None:
    _rule(one)
    RetentionRule.objects.filter(kind=one.kind).update(error=error)


def _rule(one: RetentionClass) -> None:
    """Make the row of a class that has none yet."""
    if not RetentionRule.objects.filter(kind=one.kind).exists():
        RetentionRule.objects.bulk_create([RetentionRule(kind=one.kind)], ignore_conflicts=True)


def _batch(one: RetentionClass, limit: datetime) -> tuple[int, Exception | None, bool]:
    """Clear the next rows; returns how many, what went wrong, and whether nothing old is left."""
    with transaction.atomic():
        rule = db.locked(RetentionRule.objects.filter(kind=one.kind)).get()
        if len(rule.left) >= MOST_LEFT:
            return 0, None, True
        # said before it is done: who counts rows counts from here
        rule.horizon = max(rule.horizon or limit, limit)
        rows: list[Any] = list(QuerySet(one.model).filter(pk__gt=rule.cursor).order_by("pk")[:BATCH])
        keys = [row.pk for row in rows]
        is_through = len(rows) < BATCH
        if one.goes_in_circles:
            cleared, error = _clear(one, [row for row in rows if getattr(row, one.time) < limit])
            rule.cursor, is_through = (0 if is_through else keys[-1]), True
        else:
            old = list(takewhile(lambda row: getattr(row, one.time) < limit, rows))
            keys, is_through = keys[: len(old)], len(old) < BATCH
            cleared, error = _clear(one, old)
            rule.cursor, rule.left = [rule.cursor, *keys][-1], [*rule.left, *(pk for pk in keys if pk not in cleared)]
        rule.cleared += len(cleared)
        _note(rule)
        return len(cleared), error, is_through


def _again(one: RetentionClass, limit: datetime) -> tuple[int, Exception | None]:
    """Look again at some of the rows that were passed over."""
    with transaction.atomic():
        rule = db.locked(RetentionRule.objects.filter(kind=one.kind)).get()
        if not rule.left:
            return 0, None
        some, rest = rule.left[:BATCH], rule.left[BATCH:]
        rows: list[Any] = list(QuerySet(one.model).filter(pk__any_of=some).order_by("pk"))
        cleared, error = _clear(one, [row for row in rows if getattr(row, one.time) < limit])
        rule.left = [*rest, *(row.pk for row in rows if row.pk not in cleared)]
        rule.cleared += len(cleared)
        _note(rule)
        return len(cleared), error


def _clear(one: RetentionClass, old: Sequence[Any]) -> tuple[set[int], Exception | None]:
    """Clear those of some rows that nobody needs; returns which were, and the error of one that could not be."""
    if not old:
        return set(), None
    used = one.in_use(old)
    free = [(row.pk, row) for row in old if row.pk not in used]  # a deleted row forgets its id
    if not free:
        return set(), None
    if (error := _tried(one, [row for _pk, row in free])) is None:
        return {pk for pk, _row in free}, None
    return {pk for pk, row in free if _tried(one, [row]) is None}, error


def _tried(one: RetentionClass, rows: Sequence[Any]) -> Exception | None:
    """Clear all of some rows, or none; returns the error, if there is one."""
    try:
        with transaction.atomic():
            one.clear(rows)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        return error
    return None


def _note(rule: RetentionRule) -> None:
    """Write how far it is, past the history of what people chose."""
    RetentionRule.objects.filter(pk=rule.pk).update(
        horizon=rule.horizon, cursor=rule.cursor, left=rule.left, cleared=rule.cleared
    )
