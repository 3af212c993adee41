"""The walk: one run on its way through its definition, as a generator that touches nothing.

It yields what it needs (an answer, a go-ahead, an effect) and is sent the result; it returns where the run rests or how
it ended. Production, preview, simulation and backtest drive the same walk and differ in who answers.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from actions.base import Done, Failed, Outcome, Pending, Skipped, StepContext, action_types
from crm.conditions.base import EventView
from workflows.control.base import Control, Leaving, WaitContext, control_types
from workflows.definition import ActionStep, ConditionStep, ControlStep, Definition, Step
from workflows.engine.requests import (
    Ask,
    Clock,
    Collect,
    Decision,
    Do,
    End,
    Line,
    Listen,
    MayGoOn,
    Recall,
    Request,
    Rest,
    State,
    Walk,
)
from workflows.engine.settings import scaled
from workflows.exits import NO, YES


def walk(definition: Definition, state: State, context: StepContext) -> Walk:
    """Go on from where the state stands until the run rests or ends; `context` is a template for each step's."""
    step = definition.step(state.position) if state.position else definition.first()
    if not state.position:
        state.phase = ""
    while step is not None:
        state.position = step.id
        if isinstance(step, ConditionStep):
            decision: Decision = yield Ask(step)
            key = YES if decision.holds else NO
            state.lines.append(Line(step.id, key, decision.saw))
            step = definition.behind(step, key)
        elif isinstance(step, ControlStep):
            control = control_types[step.kind](step.config)
            if control.is_end:
                state.lines.append(Line(step.id, "done"))
                break
            left_by = yield from _stay(control, step, state, context)
            if isinstance(left_by, Rest):
                return left_by
            step = definition.behind(step, left_by) if left_by else definition.after(step)
        else:
            halt = yield from _act(definition, step, state, context)
            if halt is not None:
                return halt
            step = definition.after(step)
        state.phase = ""
    return _end_of_path(state)


def _stay(
    control: Control, step: ControlStep, state: State, context: StepContext
) -> Generator[Request, Any, Rest | str]:
    """Stay at a block as long as it says; then return the exit that is taken, empty for a block that has none."""
    listens = bool(control.hears())
    if state.phase not in ("waiting", "listening"):
        seen = WaitContext(context.now)
        if control.is_by_clock:
            seen = yield Clock(step, control.date_field, context.now)
        until = control.until(seen)
        if until is not None:
            state.phase = "listening" if listens else "waiting"
            if listens:
                state.listens_from = yield Listen(step)
            return Rest(context.now + scaled(until - context.now))
    event: EventView | None = (yield Recall(step)) if listens else None
    state.listens_from = None
    key = control.choose(Leaving(step.id, context.profile_id, event))
    saw = {"event": {"id": event.id, "kind": event.kind, "key": event.key}} if event else {}
    state.lines.append(Line(step.id, key or "waited", saw))
    return key


def _act(
    definition: Definition, step: ActionStep, state: State, context: StepContext
) -> Generator[Request, Any, Rest | End | None]:
    """Do one action; return None when the walk may go on after it."""
    if state.phase == "sending":
        outcome: Outcome = yield Collect(step)
    else:
        if state.phase == "" and step.delay > timedelta():
            state.phase = "delayed"
            return Rest(context.now + scaled(step.delay))
        reason: str = yield MayGoOn(step)
        if reason:
            state.lines.append(Line(step.id, "stopped", {"reason": reason}))
            return End("stopped", reason)
        outcome = yield from _perform(step, state, context)
        if isinstance(outcome, Pending):
            state.phase = "sending"
            return Rest(None)
    return _record(definition, step, state, outcome)


def _perform(step: ActionStep, state: State, context: StepContext) -> Generator[Request, Any, Outcome]:
    """Run the plan of an action, effect by effect; the last outcome counts, a failure or skip ends the plan."""
    plan = action_types[step.kind](step.config).plan(step_context(step, state, context))
    outcome: Outcome = Done()
    try:
        effect = next(plan)
        while True:
            outcome = yield Do(effect)
            if isinstance(outcome, Done):
                state.data.update(outcome.gives)
            elif isinstance(outcome, Failed | Skipped):
                plan.close()
                return outcome
            effect = plan.send(outcome)
    except StopIteration:
        return outcome


def step_context(step: Step, state: State, context: StepContext) -> StepContext:
    """Return the context of one step: the run's, with the step's id and the data as it is now."""
    cause = context.cause
    return StepContext(
        run_id=context.run_id,
        workflow_id=context.workflow_id,
        step_id=step.id,
        profile_id=context.profile_id,
        event=context.event,
        data=state.data,
        cause=type(cause)(cause.origin, cause.actor, cause.workflow_id, cause.run_id, step.id, cause.depth),
        now=context.now,
        scope=context.scope,
        rules=context.rules,
    )


def _record(definition: Definition, step: ActionStep, state: State, outcome: Outcome) -> End | None:
    """Write the journal line of an action and say whether the run ends here (W5)."""
    if isinstance(outcome, Failed):
        state.lines.append(Line(step.id, "failed", {"error": outcome.message}))
        if definition.settings.stop_on_failure:
            return End("failed", error=outcome.message)
        state.first_reason = state.first_reason or "action_failed"
    elif isinstance(outcome, Skipped):
        state.lines.append(Line(step.id, "skipped", {"reason": outcome.reason}))
        state.first_reason = state.first_reason or outcome.reason[:60]
    else:
        state.lines.append(Line(step.id, "done", dict(outcome.value)))
        state.actions_done += 1
    return None


def _end_of_path(state: State) -> End:
    """A run that could do none of its actions ends stopped with the first reason; else it is done."""
    if not state.actions_done and state.first_reason:
        return End("stopped", state.first_reason)
    return End("done")
