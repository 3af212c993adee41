"""Ask conditions of many subjects at once: from the database by one query, or from plain facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery

from crm import clock, db
from crm.conditions.base import Condition, EventCondition, EventView, ProfileCondition, stored_condition
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
    facts: dict[int, dict[int, Any]] = {}
    if general:
        facts, zone = _read(general, {subject.profile_id for subject in subjects.values()}, moment)
        moment = Moment(moment.at, zone, is_live)
        for condition in (each for each in general if type(each).shape is not ProfileCondition.shape):
            for held in facts.values():
                held[id(condition)] = condition.shape(held[id(condition)], moment)

    def fact_of(condition: ProfileCondition, profile_id: int) -> Any:
        return facts.get(profile_id, {}).get(id(condition))

    return {key: _decide(made, subject, is_any, moment, fact_of) for key, subject in subjects.items()}


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
    zone = next((str(each["site"]["time_zone"]) for each in facts.values()), "")
    moment = Moment(instant or clock.now(), zone)

    def fact_of(condition: ProfileCondition, profile_id: int) -> Any:
        return condition.read(facts[profile_id], moment)

    return {key: _decide(made, subject, is_any, moment, fact_of) for key, subject in subjects.items()}


def _made(conditions: Sequence[Asked]) -> list[tuple[Condition, bool]]:
    return [(stored_condition(kind, config), negated) for kind, config, negated in conditions]


def _read(general: Sequence[ProfileCondition], ids: set[int], moment: Moment) -> tuple[dict[int, dict[int, Any]], str]:
    """Return what the query gives for each condition, by profile id; and the shop's zone where one needs the day."""
    columns: dict[str, Any] = {f"fact{i}": each.expression(moment) for i, each in enumerate(general)}
    keys = [id(each) for each in general]
    zone = ""
    if any(each.needs_zone for each in general):
        columns["zone"] = Subquery(Site.objects.filter(pk=1).values("time_zone")[:1])
    found: dict[int, dict[int, Any]] = {}
    ordered = sorted(ids)
    for batch in [ordered] if db.is_postgres() else db.batches(ordered):
        rows = QuerySet(Profile).filter(pk__in=batch).annotate(**columns).values_list("pk", *columns)
        for pk, *values in rows:
            found[pk] = dict(zip(keys, values, strict=False))
            zone = (values[-1] or "") if "zone" in columns else ""
    return found, zone


def _decide(
    made: Sequence[tuple[Condition, bool]],
    subject: Subject,
    is_any: bool,
    moment: Moment,
    fact_of: Callable[[ProfileCondition, int], Any],
) -> Answer:
    saw: list[dict[str, Any]] = []
    decided: list[bool] = []
    for condition, negated in made:
        fact: Any = None
        if isinstance(condition, ProfileCondition):
            fact = fact_of(condition, subject.profile_id)
        elif isinstance(condition, EventCondition) and condition.applies(subject.event):
            fact = condition.read(subject.event)
        else:
            saw.append({"kind": condition.kind, "negated": negated, "applies": False, "holds": False})
            decided.append(False)
            continue
        holds = condition.holds(fact, moment) != negated
        saw.append({"kind": condition.kind, "negated": negated, "fact": condition.show(fact), "holds": holds})
        decided.append(holds)
    return Answer(any(decided) if is_any else all(decided), saw)
