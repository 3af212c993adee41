"""Admission: may this event start a run of this workflow for this profile, update one, or is it refused, and why."""

from collections.abc import Set
from datetime import datetime

from crm.bare import bare_row
from crm.conditions.base import EventView
from workflows.control.base import WaitContext, control_types
from workflows.definition import ControlStep
from workflows.engine import endings, lookups
from workflows.engine.known import Known, is_unchanged_cart
from workflows.engine.listening import ends_wait
from workflows.engine.live import LiveWorkflow
from workflows.engine.settings import MAX_DEPTH, scaled
from workflows.models import Entry, Run
from workflows.models.run import LIVE, Status, live_key_of
from workflows.reasons import ERASED


class Admission(Known):
    """Decides event by event, and keeps what it decided."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.started: list[Run] = []
        self.updated: list[Run] = []
        self.stopped: list[Run] = []
        #: events of profiles that were erased since
        self.erased: Set[int] = frozenset()

    def stop(self, run: Run, reason: str) -> None:
        """Take a live run to its end as stopped."""
        endings.end(run, Status.STOPPED, reason=reason)
        self._live[run.profile_id, run.workflow_id] = [
            other for other in self.live_runs(run.profile_id, run.workflow_id) if other is not run
        ]
        if run.pk:
            self.stopped.append(run)
            if run in self.updated:
                self.updated.remove(run)

    def start(self, event: EventView, workflow: LiveWorkflow) -> Entry | None:
        """Start a run, update a live one or refuse, by the first trigger that matches; None: it is no occurrence."""
        index = self.match(event, workflow)
        return None if index is None else self._admit(event, workflow, index)

    def wake(self, event: EventView) -> None:
        """End the waits of the live runs that waited for this event; they are due from the instant it was recorded."""
        for run in self._listening.get(event.profile_id, ()):
            if run.status in LIVE and ends_wait(event, run):
                run.due_at = event.recorded_at
                if run not in self.updated:
                    self.updated.append(run)

    def entry(
        self, event: EventView, workflow: LiveWorkflow, outcome: str, *, reason: str = "", run: Run | None = None
    ) -> Entry:
        """Return the line that tells what the event did at the workflow."""
        entry = bare_row(
            Entry,
            workflow_id=workflow.id,
            event_id=event.id,
            profile_id=event.profile_id,
            outcome=str(outcome),
            reason=reason,
            recorded_at=self.now,
        )
        if run is not None:
            entry.run = run  # its id may come later
        return entry

    def _admit(self, event: EventView, workflow: LiveWorkflow, index: int) -> Entry:
        trigger = workflow.version.triggers[index]
        key = trigger.run_key(event)
        if key:
            for run in self.live_runs(event.profile_id, workflow.id):
                if run.key == key and run.live_key:
                    self._update(run, event, workflow)
                    return self.entry(event, workflow, Entry.Outcome.UPDATED, run=run)
        reason = self._refusal(event, workflow, index, key)
        if reason:
            return self.entry(event, workflow, Entry.Outcome.REFUSED, reason=reason)
        run = self._new_run(event, workflow, index, key)
        self.started.append(run)
        self._starts[event.profile_id, workflow.id] += 1
        self._keys.add((event.profile_id, workflow.id, key))
        self._live[event.profile_id, workflow.id].append(run)
        return self.entry(event, workflow, Entry.Outcome.STARTED, run=run)

    def _refusal(self, event: EventView, workflow: LiveWorkflow, index: int, key: str) -> str:
        """Return why the event may not start a run now (reason code), or empty."""
        settings, trigger, scope = (
            workflow.version.definition.settings,
            workflow.version.triggers[index],
            workflow.version.scope,
        )
        pair = (event.profile_id, workflow.id)
        if event.id in self.erased:
            return ERASED
        if workflow.is_paused:
            return "paused"
        if event.depth > MAX_DEPTH:
            return "depth"
        products = trigger.products(event)
        if settings.scope and products is not None and not scope.intersection(products):
            return "scope"
        if key and (*pair, key) in self._keys and is_unchanged_cart(event):
            return "unchanged"
        if settings.limit.alone and self.live_runs(*pair):
            return "under_way"
        if settings.limit.count is not None and self._starts[pair] >= settings.limit.count:
            return "limit"
        if settings.stop_if_owned and scope:
            own = trigger.own_order(event)
            owned = {ref for ref, order in self._owned[event.profile_id] if order != own}
            if scope <= owned:
                return "owned"
        return ""

    def _new_run(self, event: EventView, workflow: LiveWorkflow, index: int, key: str) -> Run:
        delay = workflow.version.definition.settings.start_delay
        return bare_row(
            Run,
            workflow_id=workflow.id,
            version_id=workflow.version.id,
            profile_id=event.profile_id,
            event_id=event.id,
            latest_id=event.id,
            trigger=index,
            key=key or event.key,
            live_key=live_key_of(event.profile_id, workflow.id, key) if key else None,
            phase="delayed" if delay else "",
            due_at=self.now + scaled(delay),
            depth=event.depth,
            started_at=self.now,
        )

    def _update(self, run: Run, event: EventView, workflow: LiveWorkflow) -> None:
        """Give a live run, held or not, the new data and restart the wait or delay that it is in (T1)."""
        run.latest_id = event.id
        is_awake = run.phase == "listening" and run.due_at is not None and run.due_at <= self.now
        if run.phase in {"waiting", "delayed", "listening"} and not is_awake:
            run.due_at = self._restarted(run, workflow)
        if run.pk and run not in self.updated:
            self.updated.append(run)

    def _restarted(self, run: Run, workflow: LiveWorkflow) -> datetime:
        definition = lookups.version_of(run, workflow).definition
        step = definition.step(run.position)
        if isinstance(step, ControlStep):
            control = control_types[step.kind](step.config)
            if control.is_by_clock:
                run.phase = ""  # it arrives anew, and its walk asks for the profile's clock
                return self.now
            until = control.until(WaitContext(self.now)) or self.now
            return self.now + scaled(until - self.now)
        delay = getattr(step, "delay", None) if run.position else definition.settings.start_delay
        return self.now + scaled(delay) if delay else self.now
