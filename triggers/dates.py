"""Dates that come (T15): one event for each profile, rule and year (or date), at the time in the profile's own zone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F, Q, QuerySet

from crm import clock, db
from crm.cause import Cause, Origin
from crm.conditions.fields import CUSTOM, field_named
from crm.dates import BIRTHDAY, DateRule
from crm.models import CustomField, CustomValue, Profile, Site
from crm.monthday import MonthDay
from crm.tracked import lock_profiles
from crm.wallclock import days_of_year, instant_of, zone_of
from triggers.models import DateWatch, Event, Kind
from triggers.services import build, record_once

#: profiles looked at in one transaction
BATCH = 500
#: how far behind the last look the next one begins: for changes that were being written then
OVERLAP = timedelta(minutes=2)
#: no zone is further from UTC
FURTHEST = timedelta(hours=15)


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which it is the time of a rule, within a span, in some zones: their instants, and the shop's."""

    day: date
    instants: Mapping[str, datetime]
    shops: datetime | None

    def instant_for(self, zone: str) -> datetime | None:
        """Return the instant for a profile; one without a zone, or with none that is known, lives in the shop's."""
        return self.instants.get(zone) if zone in _zones() else self.shops

    def zones(self, column: str) -> Q:
        """Return the condition that a profile's zone has its turn."""
        if self.shops is None:
            return Q(**{f"{column}__in": list(self.instants)})
        return ~Q(**{f"{column}__in": [name for name in _zones() if name not in self.instants]})


def record_dates(rule: DateRule, *, since: datetime, until: datetime) -> int:
    """Record the dates that came for a rule within a span of time; return how many are new.

    Asked twice, or by two schedulers at once, it records each once. Nothing is made up: the profile was there, with
    this date, when it came. What was looked at before is not looked at again.
    """
    watch = DateWatch.objects.filter(rule=rule.key).first()
    if watch is not None and watch.seen_from <= since:
        since = max(since, watch.seen_until - OVERLAP)
    turns = list(_turns(rule.at, since, until))
    if not turns:
        return 0
    dates = _dates(rule)
    number = 0
    for turn in turns:
        after = 0
        while ids := [row[0] for row in _having(dates.filter(profile_key__gt=after), rule, turn)[:BATCH]]:
            after = ids[-1]
            if new := _unrecorded(rule, turn, ids):
                number += _record(rule, turn, dates, new)
    _remember(rule, since, until)
    return number


def _remember(rule: DateRule, since: datetime, until: datetime) -> None:
    """Note a span that was looked at: joined to the one before where they touch, else in its place."""
    with transaction.atomic():
        fresh = DateWatch(rule=rule.key, seen_from=since, seen_until=until)
        DateWatch.objects.bulk_create([fresh], ignore_conflicts=True)
        watch = db.locked(DateWatch.objects.filter(rule=rule.key)).get()
        if since <= watch.seen_until and watch.seen_from <= until:
            since, until = min(since, watch.seen_from), max(until, watch.seen_until)
        DateWatch.objects.filter(pk=watch.pk).update(seen_from=since, seen_until=until)


def _turns(at: time, since: datetime, until: datetime) -> Iterator[Turn]:
    """Find the days on which it was that time somewhere within the span; no query where it was not."""
    day, last = (since - FURTHEST).date(), (until + FURTHEST).date()
    while day <= last:
        found = {name: instant for name, instant in _instants(day, at).items() if since <= instant <= until}
        if found:
            shops = instant_of(day, at, zone_of(Site.current().time_zone))
            yield Turn(day, found, shops if since <= shops <= until else None)
        day += timedelta(days=1)


@lru_cache(maxsize=64)
def _instants(day: date, at: time) -> dict[str, datetime]:
    """Return the instant of a wall-clock time in each zone."""
    return {name: instant_of(day, at, zone_of(name)) for name in _zones()}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _dates(rule: DateRule) -> "QuerySet[Any]":
    """Return all dates that a rule may speak of, with their profile, its zone and since when it is there."""
    if rule.field == BIRTHDAY:
        return Profile.objects.filter(erased_at__isnull=True, birthday__isnull=False).annotate(
            profile_key=F("pk"), dated=F(BIRTHDAY), zone=F("time_zone"), since=F("created_at"), day=MonthDay(BIRTHDAY)
        )
    field = CustomField.objects.filter(name=rule.field.removeprefix(CUSTOM)).values_list("pk", flat=True).first()
    return CustomValue.objects.filter(field=field, profile__erased_at__isnull=True, date__isnull=False).annotate(
        profile_key=F("profile_id"),
        dated=F("date"),
        zone=F("profile__time_zone"),
        since=F("profile__created_at"),
        day=MonthDay("date"),
    )


def _having(dates: "QuerySet[Any]", rule: DateRule, turn: Turn) -> "QuerySet[Any, tuple[int, date, str, datetime]]":
    """Return those that have their turn, by profile; the indexes over days of the year serve it."""
    anchor = rule.anchor(turn.day)
    days = days_of_year(anchor) if rule.is_yearly else [anchor.month * 100 + anchor.day]
    is_it = Q(dated__lt=date(anchor.year, 1, 1)) if rule.is_yearly else Q(dated=anchor)
    found = dates.filter(is_it, turn.zones("zone"), day__in=days)
    return found.order_by("profile_key").values_list("profile_key", "dated", "zone", "since")


def _once(rule: DateRule, turn: Turn, profile_id: int) -> str:
    """Return the key of an event: one a year, so that a date that is corrected after it came does not come again."""
    anchor = rule.anchor(turn.day)
    return f"date:{rule.key}:{profile_id}:{anchor.year if rule.is_yearly else anchor}"


def _unrecorded(rule: DateRule, turn: Turn, ids: Sequence[int]) -> list[int]:
    """Leave out whose event is there already, so that looking twice locks nobody."""
    keys = {_once(rule, turn, pk): pk for pk in ids}
    known = set(Event.objects.filter(once__in=list(keys)).values_list("once", flat=True))
    return [pk for key, pk in keys.items() if key not in known]


def _record(rule: DateRule, turn: Turn, dates: "QuerySet[Any]", ids: Sequence[int]) -> int:
    """Look again under the lock of the profiles, and record what still stands."""
    with transaction.atomic():
        lock_profiles(ids)
        rows = [
            (pk, dated, instant)
            for pk, dated, zone, since in _having(dates.filter(profile_key__any_of=ids), rule, turn)
            if (instant := turn.instant_for(zone)) and since <= instant
        ]
        late = _written_later(rule, {pk: instant for pk, _dated, instant in rows})
        label, now = str(field_named(rule.field).label), clock.now()
        events = [_event(rule, turn, label, *row, now) for row in rows if row[0] not in late]
        return len(record_once(events))


def _written_later(rule: DateRule, instants: Mapping[int, datetime]) -> set[int]:
    """Return the profiles whose date was written after it came."""
    if not instants:
        return set()
    changes = Event.objects.filter(
        kind=Kind.FIELD_CHANGED,
        name=rule.field,
        profile_id__any_of=list(instants),
        recorded_at__gt=min(instants.values()),
    )
    return {pk for pk, at in changes.values_list("profile_id", "recorded_at") if at > instants[pk]}


def _event(
    rule: DateRule, turn: Turn, label: str, profile_id: int, dated: date, instant: datetime, now: datetime
) -> Event:
    anchor = rule.anchor(turn.day)
    seen = {
        "rule": rule.key,
        "field": rule.field,
        "label": label,
        "value": dated.isoformat(),
        "day": anchor.isoformat(),
        "years": anchor.year - dated.year,
    }
    return build(
        Kind.DATE_REACHED,
        profile_id,
        Cause(Origin.WORKFLOW),
        instant,
        now,
        name=rule.field,
        key=anchor.isoformat(),
        snapshot={"date": seen},
        once=_once(rule, turn, profile_id),
    )
