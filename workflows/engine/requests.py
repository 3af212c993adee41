"""What a walk asks and is told, where it stands, and how it comes to rest: plain values that all its drivers share."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.base import Effect
from workflows.definition import ActionStep, ConditionStep, ControlStep


@dataclass(slots=True)
class Line:
    """What will be written to the journal for a step."""

    step_id: str
    outcome: str
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """Where a run stands, and what it carries; the walk changes it as it goes."""

    position: str
    phase: str
    data: dict[str, Any]
    zone: str = ""
    #: the last event of the profile before the run began to listen for one
    listens_from: int | None = None
    actions_done: int = 0
    #: why the first action that could not be done could not
    first_reason: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: which way at this block? Sent a Decision."""

    step: ConditionStep


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to `Ask`, with the facts it was drawn from."""

    holds: bool
    saw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MayGoOn:
    """Before every action: does the reason for the run still stand (W6, T1, T13, T14)? Sent a reason code, or ""."""

    step: ActionStep


@dataclass(frozen=True, slots=True)
class Clock:
    """What does the profile's clock show (K2)? Sent a WaitContext with its zone and the date that is named."""

    step: ControlStep
    date_field: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Listen:
    """The run begins to wait for an event. Sent the id of the last event of its profile, which does not count."""

    step: ControlStep


@dataclass(frozen=True, slots=True)
class Recall:
    """The wait for an event is over. Sent the EventView that was awaited, None where there was none in time."""

    step: ControlStep


@dataclass(frozen=True, slots=True)
class Do:
    """An effect to be applied. Sent its Outcome."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Collect:
    """What became of the deliveries of the step at which the run waited. Sent an Outcome."""

    step: ActionStep


Request = Ask | MayGoOn | Clock | Do | Collect | Listen | Recall


@dataclass(frozen=True, slots=True)
class Rest:
    """The run waits at its position: until an instant, or (None) until its deliveries have ended."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class End:
    """The run ended: done, stopped (reason) or failed (error)."""

    status: str
    reason: str = ""
    error: str = ""


Walk = Generator[Request, Any, Rest | End]
