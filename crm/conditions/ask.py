"""Ask conditions of many subjects at once: from the database by one query, or from plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery

from crm import clock, db
from crm.conditions.base import Condition, EventCondition, EventView, ProfileCondition, condition_types
from crm.conditions.facts import Facts
from crm.conditions.moment import Moment
from crm.models import Profile, Site

#: kind, cleaned config, negated: what a condition block holds
Asked = tuple[str, Mapping[str, Any], bool]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about, and the event that started it all."""

    profile_id: int
    event: EventView


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the block holds, and for each condition what it saw and decided (JSON)."""

    holds: bool
    saw: list[dict[str, Any]]


def answer(
    conditions: Sequence[Asked],
    subjects: Mapping[int, Subject],
    *,
    is_any: bool = False,
    instant: datetime | None = None,
    is_live: bool = True,
) -> dict[int, Answer]:
    """Answer a block of conditions for subjects by any key.

    One query for all general conditions of the block (on SQLite one for 900 profiles), none when there are only
    conditions about the event. Live, the facts are read as they stand, what was written in this transaction included.
    """
    made = _made(conditions)
    moment = Moment(instant or clock.now(), is_live=is_live)
    general = [condition for condition, _negated in made if isinstance(condition, ProfileCondition)]
    facts = _read(general, {subject.profile_id for subject in subjects.values()}, moment) if general else {}

    def fact_of(condition: ProfileCondition, profile_id: int, at: Moment) -> Any:
        return facts.get(profile_id, {}).get(id(condition))

    return {
        key: _decide(made, subject, is_any, _in_zone(moment, facts.get(subject.profile_id)), fact_of)
        for key, subject in subjects.items()
    }


def answer_from_facts(
    conditions: Sequence[Asked],
    subjects: Mapping[int, Subject],
    facts: Mapping[int, Facts],
    *,
    is_any: bool = False,
    instant: datetime | None = None,
) -> dict[int, Answer]:
    """Answer the same from plain facts by profile id, without a query (simulation)."""
    made = _made(conditions)
    moment = Moment(instant or clock.now())

    def fact_of(condition: ProfileCondition, profile_id: int, at: Moment) -> Any:
        return condition.read(facts[profile_id], at)

    answers = {}
    for key, subject in subjects.items():
        found = facts.get(subject.profile_id)
        zone = found["site"]["time_zone"] if found else ""
        answers[key] = _decide(made, subject, is_any, Moment(moment.at, zone), fact_of)
    return answers


def _made(conditions: Sequence[Asked]) -> list[tuple[Condition, bool]]:
    return [(condition_types[kind](config), negated) for kind, config, negated in conditions]


def _read(general: Sequence[ProfileCondition], ids: set[int], moment: Moment) -> dict[int, dict[Any, Any]]:
    """Return the facts of conditions by profile id, and the zone of the site where one needs it."""
    columns: dict[str, Any] = {f"fact{i}": each.expression(moment) for i, each in enumerate(general)}
    if any(each.needs_zone for each in general):
        columns["zone"] = Subquery(Site.objects.filter(pk=1).values("time_zone")[:1])
    found: dict[int, dict[Any, Any]] = {}
    ordered = sorted(ids)
    for batch in [ordered] if db.is_postgres() else db.batches(ordered):
        rows = QuerySet(Profile).filter(pk__in=batch).annotate(**columns).values_list("pk", *columns)
        for pk, *values in rows:
            named = dict(zip(columns, values, strict=True))
            at = Moment(moment.at, named.get("zone") or "", moment.is_live)
            found[pk] = {id(each): each.shape(named[f"fact{i}"], at) for i, each in enumerate(general)}
            found[pk]["zone"] = at.zone
    return found


def _in_zone(moment: Moment, found: Mapping[Any, Any] | None) -> Moment:
    return Moment(moment.at, found["zone"], moment.is_live) if found and found["zone"] else moment


def _decide(
    made: Sequence[tuple[Condition, bool]], subject: Subject, is_any: bool, moment: Moment, fact_of: Any
) -> Answer:
    saw: list[dict[str, Any]] = []
    for condition, negated in made:
        line: dict[str, Any] = {"kind": condition.kind, "negated": negated}
        if isinstance(condition, EventCondition):
            if not condition.applies(subject.event):
                saw.append({**line, "applies": False, "holds": False})
                continue
            fact = condition.read(subject.event)
        elif isinstance(condition, ProfileCondition):
            fact = fact_of(condition, subject.profile_id, moment)
        else:
            raise TypeError(f"{condition.kind} asks neither a profile nor an event")
        saw.append({**line, "fact": condition.show(fact), "holds": condition.holds(fact, moment) != negated})
    decided = [line["holds"] for line in saw]
    return Answer(any(decided) if is_any else all(decided), saw)
