"""Checks of when and how often a workflow may write: frequency cap (W10), window (W9), French hours (A2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from actions import quiet_hours
from actions.base import Problem, action_types
from actions.caps import active_caps
from actions.models.cap import FrequencyCap
from actions.send_window import SendWindow
from workflows.control.base import WaitContext, control_types
from workflows.definition import duration
from workflows.drafts import all_steps
from workflows.exits import lists_in
from workflows.preview.checks import Subject, check

Row = Mapping[str, Any]
#: when a marketing message leaves on a way, after the start at the earliest, and by which channel
Sends = list[tuple[timedelta, str]]
_START = datetime(2000, 1, 1, tzinfo=UTC)


@check
def frequency_cap(subject: Subject) -> Iterator[Problem]:
    """Say that a workflow is exempt from the cap, or that it alone may send more than a channel lets pass."""
    if not any(_channel_of(row) for row in all_steps(subject.document)):
        return
    if subject.workflow.is_cap_exempt:
        message = _("It is exempt from the frequency cap: customers get its messages however many they got already.")
        yield Problem(message, blocks=False, code="cap_exempt")
        return
    ways = list(_ways(subject.document.get("steps", []), timedelta()))
    for channel, cap in sorted(active_caps().items()):
        if any(_exceeds(cap, [at for at, by in way if by == channel]) for way in ways):
            message = _("The frequency cap for %(channel)s (%(cap)s) may hold back some of its messages.")
            yield Problem(message % {"channel": cap, "cap": cap.describe()}, blocks=False, code="cap")


@check
def idle_window(subject: Subject) -> Iterator[Problem]:
    """Say that days and hours of sending are set and nothing heeds them (W9)."""
    window = subject.document.get("settings", {}).get("window")
    if window and not any(_channel_of(row) for row in all_steps(subject.document)):
        message = _("It sends no marketing message: the days and hours of sending change nothing.")
        yield Problem(message, blocks=False, code="window_idle")


@check
def no_common_hour(subject: Subject) -> Iterator[Problem]:
    """Warn where the window and the French hours of SMS leave no moment to send one."""
    window = subject.document.get("settings", {}).get("window")
    texts = [row for row in all_steps(subject.document) if _channel_of(row) == "sms"]
    if not window or not texts or quiet_hours.meet(SendWindow.of(window)) or not quiet_hours.are_kept():
        return
    message = _(
        "The days and hours of sending and those in which France allows marketing SMS (Monday to Saturday, 8 to 20 h) "
        "have none in common: it is never sent to French numbers, but skipped."
    )
    for row in texts:
        yield Problem(message, blocks=False, step_id=row["id"], code="no_common_hour")


def _channel_of(row: Row) -> str:
    """Return the channel by which a step sends a marketing message to the customer; empty for any other step."""
    config = row.get("config", {})
    if row["type"] != "action" or config.get("purpose") != "marketing" or config.get("to") == "team":
        return ""
    return action_types[row["kind"]].channel


def _ways(rows: Sequence[Row], at: timedelta) -> Iterator[Sends]:
    """Yield what is sent on each way through a list of steps that a run may come to `at` after its start."""
    sends: Sends = []
    for row in rows:
        if row.get("delay"):
            at += duration(row["delay"])
        if channel := _channel_of(row):
            sends.append((at, channel))
        at += _wait_of(row)
        branches = lists_in(row)
        if branches:
            for branch in branches.values():
                yield from ([*sends, *way] for way in _ways(branch, at))
            return
    yield sends


def _wait_of(row: Row) -> timedelta:
    """Return how long a run stays at a step at least: a wait for the clock or an event may be over at once."""
    control = control_types.get(row["kind"]) if row["type"] == "control" else None
    if control is None or control.is_by_clock:
        return timedelta()
    block = control(row["config"])
    until = None if block.hears() else block.until(WaitContext(_START))
    return until - _START if until else timedelta()


def _exceeds(cap: FrequencyCap, times: Sequence[timedelta]) -> bool:
    """Tell whether more than the cap allows leave within one period."""
    return any(later - earlier < cap.period for earlier, later in zip(times, times[cap.most :], strict=False))
