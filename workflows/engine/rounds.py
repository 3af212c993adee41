"""Rounds: all walks of a batch run to their next request; requests of a kind are met together, then all go on."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.base import Effect
from crm.conditions.ask import Subject, answer
from workflows.engine import standing
from workflows.engine.clocks import read_clocks
from workflows.engine.collect import collect
from workflows.engine.listening import last_events, recall
from workflows.engine.live import Compiled
from workflows.engine.requests import (
    Ask,
    Clock,
    Collect,
    Decision,
    Do,
    End,
    Listen,
    MayGoOn,
    Recall,
    Request,
    Rest,
    State,
    Walk,
)
from workflows.models import Run


@dataclass(slots=True)
class Walker:
    """A run in a batch: its row, its version, its state and its walk; `rests` is set when the walk has come to rest."""

    run: Run
    version: Compiled
    state: State
    walk: Walk
    subject: Subject
    rests: Rest | End | None = None


Requests = Sequence[tuple[Walker, Any]]


def go(walkers: Sequence[Walker]) -> None:
    """Drive walks round by round until each rests or ends; the number of queries is rounds × distinct steps."""
    pending = [(walker, request) for walker in walkers if (request := _resume(walker, None)) is not None]
    while pending:
        grouped: dict[type[Any], list[tuple[Walker, Any]]] = defaultdict(list)
        for walker, request in pending:
            grouped[type(request)].append((walker, request))
        answers: dict[int, Any] = {}
        # questions are met before effects, so that no walk sees the half of a round
        for kind in (Collect, Recall, MayGoOn, Ask, Clock, Listen, Do):
            if kind in grouped:
                answers.update(_MEET[kind](grouped[kind]))
        pending = [
            (walker, request)
            for walker, _ in pending
            if (request := _resume(walker, answers[walker.run.pk])) is not None
        ]


def _resume(walker: Walker, value: Any) -> Request | None:
    try:
        return walker.walk.send(value)
    except StopIteration as stop:
        walker.rests = stop.value
        return None


def _by_step(requests: Requests) -> dict[tuple[int, str], list[tuple[Walker, Any]]]:
    steps: dict[tuple[int, str], list[tuple[Walker, Any]]] = defaultdict(list)
    for walker, request in requests:
        steps[walker.version.id, request.step.id].append((walker, request))
    return steps


def _meet_questions(requests: Requests) -> dict[int, Any]:
    decided: dict[int, Any] = {}
    for asked in _by_step(requests).values():
        step = asked[0][1].step
        conditions = [(spec.kind, spec.config, spec.is_negated) for spec in step.conditions]
        found = answer(conditions, {walker.run.pk: walker.subject for walker, _ in asked}, is_any=step.is_any)
        decided.update({pk: Decision(each.holds, {"conditions": each.saw}) for pk, each in found.items()})
    return decided


def _meet_go_aheads(requests: Requests) -> dict[int, Any]:
    reasons: dict[int, str] = {walker.run.pk: "" for walker, _ in requests}
    versions: dict[int, list[Walker]] = defaultdict(list)
    for walker, _ in requests:
        versions[walker.version.id].append(walker)
    for walkers in versions.values():
        reasons.update(
            standing.lost_reasons(walkers[0].version, [(walker.run, walker.subject.event) for walker in walkers])
        )
    return reasons


def _meet_collections(requests: Requests) -> dict[int, Any]:
    return dict(collect([(walker.run.pk, request.step.id) for walker, request in requests]))


def _meet_clocks(requests: Requests) -> dict[int, Any]:
    seen = read_clocks([(walker.run.profile_id, walker.state.zone, clock) for walker, clock in requests])
    return {walker.run.pk: each for (walker, _), each in zip(requests, seen, strict=True)}


def _meet_arrivals(requests: Requests) -> dict[int, Any]:
    last = last_events({walker.run.profile_id for walker, _ in requests})
    return {walker.run.pk: last.get(walker.run.profile_id, 0) for walker, _ in requests}


def _meet_recalls(requests: Requests) -> dict[int, Any]:
    return recall([(walker.run, request.step) for walker, request in requests])


def _meet_effects(requests: Requests) -> dict[int, Any]:
    classes: dict[type[Effect], list[tuple[Walker, Effect]]] = defaultdict(list)
    for walker, request in requests:
        classes[type(request.effect)].append((walker, request.effect))
    outcomes: dict[int, Any] = {}
    for kind, planned in classes.items():
        results = kind.apply_many([effect for _, effect in planned])
        outcomes.update({walker.run.pk: result for (walker, _), result in zip(planned, results, strict=True)})
    return outcomes


_MEET: Mapping[type[Any], Callable[[Requests], dict[int, Any]]] = {
    Ask: _meet_questions,
    MayGoOn: _meet_go_aheads,
    Collect: _meet_collections,
    Clock: _meet_clocks,
    Listen: _meet_arrivals,
    Recall: _meet_recalls,
    Do: _meet_effects,
}
