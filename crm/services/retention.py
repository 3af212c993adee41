"""Clear what is older than it is to be kept, a little at a time."""

import time
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crm import db
from crm.models import RetentionRule
from crm.periodic import periodic
from crm.retention import RetentionClass, before, classes, days_of

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
    """Clear what is old of one class for a while; returns how many rows were cleared. Two at once take turns."""
    days = days_of(one)
    if days is None or one.is_fixed:
        return 0
    until, limit, cleared = time.monotonic() + for_seconds, before(days), 0
    if not RetentionRule.objects.filter(kind=one.kind).exists():
        RetentionRule.objects.bulk_create([RetentionRule(kind=one.kind)], ignore_conflicts=True)
    cleared += _again(one, limit)
    while time.monotonic() < until:
        number, is_through = _batch(one, limit)
        cleared += number
        if is_through:
            break
    return cleared


@periodic(every=60)
def clear_old_data() -> None:
    """Give each class its turn."""
    for one in classes():
        clear_old(one)


def _batch(one: RetentionClass, limit: datetime) -> tuple[int, bool]:
    """Clear the next rows; returns how many, and whether nothing old is left."""
    with transaction.atomic():
        rule = db.locked(RetentionRule.objects.filter(kind=one.kind)).get()
        if len(rule.left) >= MOST_LEFT:
            return 0, True
        # said before it is done: who counts rows counts from here
        rule.horizon = max(rule.horizon or limit, limit)
        rows: list[Any] = list(QuerySet(one.model).filter(pk__gt=rule.cursor).order_by("pk")[:BATCH])
        old = list(takewhile(lambda row: getattr(row, one.time) < limit, rows))
        used = one.in_use(old) if old else set()
        free = [row for row in old if row.pk not in used]
        if free:
            one.clear(free)
        if old:
            rule.cursor, rule.left = old[-1].pk, [*rule.left, *sorted(used)]
            rule.cleared += len(free)
        _note(rule)
        return len(free), len(old) < BATCH


def _again(one: RetentionClass, limit: datetime) -> int:
    """Look again at some of the rows that were in use."""
    with transaction.atomic():
        rule = db.locked(RetentionRule.objects.filter(kind=one.kind)).get()
        if not rule.left:
            return 0
        some, rest = rule.left[:BATCH], rule.left[BATCH:]
        rows: list[Any] = list(QuerySet(one.model).filter(pk__any_of=some).order_by("pk"))
        used = one.in_use(rows)
        free = [row for row in rows if row.pk not in used and getattr(row, one.time) < limit]
        if free:
            one.clear(free)
        cleared = {row.pk for row in free}
        rule.left = [*rest, *(row.pk for row in rows if row.pk not in cleared)]
        rule.cleared += len(free)
        _note(rule)
        return len(free)


def _note(rule: RetentionRule) -> None:
    """Write how far it is, past the history of what people chose."""
    RetentionRule.objects.filter(pk=rule.pk).update(
        horizon=rule.horizon, cursor=rule.cursor, left=rule.left, cleared=rule.cleared
    )
