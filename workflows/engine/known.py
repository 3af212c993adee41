"""What admission must know of the profiles of a batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Self

from crm import clock
from crm.conditions.base import EventView
from triggers.base import trigger_types
from workflows.engine import lookups
from workflows.engine.listening import listening_runs
from workflows.engine.live import LiveWorkflow
from workflows.engine.lookups import Pair
from workflows.models import Run
from workflows.models.run import live_key_of

Met = Sequence[tuple[EventView, list[LiveWorkflow]]]


class Known:
    """What is known of the profiles of a batch and of their runs, asked once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._live: dict[Pair, list[Run]] = defaultdict(list)
        self._listening: dict[int, list[Run]] = {}
        self._starts: dict[Pair, int] = defaultdict(int)
        self._owned: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self._keys: set[tuple[int, int, str]] = set()
        self._matches: dict[tuple[int, int], int | None] = {}

    @classmethod
    def of(cls, met: Met, awaited: Collection[str] = ()) -> Self:
        """Read what decisions need and no more: live runs, keys, ownership, and starts for each limited workflow.

        `awaited` are the kinds of events that runs wait for; which runs, is asked only where there are such events.
        """
        known = cls(clock.now())
        whole: set[Pair] = set()
        live_keys: set[str] = set()
        unchanged: set[tuple[int, int, str]] = set()
        matched: dict[int, tuple[LiveWorkflow, set[int]]] = {}
        for event, found in met:
            for workflow in found:
                pair = (event.profile_id, workflow.id)
                if event.kind in ending_kinds():  # a run may be of an older version, with other triggers
                    whole.add(pair)
                index = known.match(event, workflow)
                if index is None:
                    continue
                matched.setdefault(workflow.id, (workflow, set()))[1].add(event.profile_id)
                if workflow.version.definition.settings.limit.alone:
                    whole.add(pair)
                key = workflow.version.triggers[index].run_key(event)
                if key:
                    live_keys.add(live_key_of(*pair, key))
                    if is_unchanged_cart(event):
                        unchanged.add((*pair, key))
        for run in lookups.live_runs(whole, live_keys):
            known._live[run.profile_id, run.workflow_id].append(run)
        in_hand = {run.pk: run for runs in known._live.values() for run in runs}
        waiting = {event.profile_id for event, _found in met if event.kind in awaited}
        known._listening = listening_runs(waiting, in_hand)
        known._keys = lookups.keys_of_runs(unchanged)
        known._read_limits(matched.values())
        return known

    def _read_limits(self, matched: Iterable[tuple[LiveWorkflow, set[int]]]) -> None:
        """Read how often limited workflows started for profiles, and what these own of their products."""
        owners: set[int] = set()
        owned: set[str] = set()
        for workflow, profiles in matched:
            settings = workflow.version.definition.settings
            if settings.limit.count is not None:
                starts = lookups.count_starts(workflow, sorted(profiles), self.now)
                self._starts.update({(profile, workflow.id): n for profile, n in starts.items()})
            if settings.stop_if_owned:
                owners |= profiles
                owned |= workflow.version.scope
        if owned:
            self._owned = lookups.owned_products(sorted(owners), owned)

    def match(self, event: EventView, workflow: LiveWorkflow) -> int | None:
        """Return the first trigger of the workflow that the event matches; None: it is no occurrence."""
        at = (event.id, workflow.id)
        if at not in self._matches:
            self._matches[at] = next(
                (
                    index
                    for index, trigger in enumerate(workflow.version.triggers)
                    if event.kind in trigger.reads and trigger.matches(event, workflow_id=workflow.id)
                ),
                None,
            )
        return self._matches[at]

    def live_runs(self, profile_id: int, workflow_id: int) -> list[Run]:
        """Return the runs of a pair that live at this point of the batch."""
        return self._live.get((profile_id, workflow_id), [])


def is_unchanged_cart(event: EventView) -> bool:
    """Tell whether the event is a push of a cart as it was before."""
    return event.snapshot.get("cart", {}).get("changed") is False


@cache
def ending_kinds() -> frozenset[str]:
    """Return the kinds of events by which some type of trigger ends the runs that it started."""
    return frozenset[str]().union(*(trigger.ended_by for trigger in trigger_types))
