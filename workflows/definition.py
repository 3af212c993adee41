"""A definition: the tree of steps of a workflow as values, parsed from cleaned JSON.

The JSON document:

    {"name": str,
     "triggers": [{"kind", "schema", "options"}],
     "settings": {"scope": [product uids], "stop_on_failure": bool, "stop_if_owned": bool,
                  "limit": {"mode": "unlimited" | "total" | "period", "count": n, "every": n, "unit": …, "alone": bool},
                  "start_delay": {"count": n, "unit": "minutes" | "hours" | "days" | "weeks"},
                  "window": {"days": ["mon", …], "from": "09:00", "to": "18:00", "outside": "wait" | "skip"} or absent},
     "steps": [step…]}

A step has an "id" that survives edits and a "type":
    {"id", "type": "action", "kind", "schema", "config", "delay": {"count", "unit"} or null}
    {"id", "type": "condition", "mode": "all" | "any", "conditions": [{"kind", "schema", "config", "negated"}],
     "yes": [step…], "no": [step…]}
    {"id", "type": "control", "kind", "schema", "config"}
A control block may have exits too, each with its list of steps under its key (exits.py). A block with exits is always
the last of its list: the exits never join again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from workflows.exits import lists_in

UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """A trigger as written: its kind and options."""

    kind: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """W7: how often a workflow may start for one profile; `every` is None when counted over all time."""

    count: int | None = None
    every: timedelta | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """W4 to W9."""

    scope: frozenset[str] = frozenset()
    stop_on_failure: bool = True
    stop_if_owned: bool = False
    limit: Limit = field(default_factory=Limit)
    start_delay: timedelta = timedelta()
    #: what is added to the rules of marketing messages: {"window": …} (actions/send_window.py)
    message_rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionStep:
    """An action, with its own delay before it."""

    id: str
    kind: str
    config: Mapping[str, Any]
    delay: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """One condition of a block."""

    kind: str
    config: Mapping[str, Any]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class ConditionStep:
    """A block of conditions with its two exits."""

    id: str
    conditions: tuple[ConditionSpec, ...]
    exits: "Exits" = field(default_factory=dict)
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class ControlStep:
    """A wait, a split or an end."""

    id: str
    kind: str
    config: Mapping[str, Any]
    exits: "Exits" = field(default_factory=dict)


Step = ActionStep | ConditionStep | ControlStep
#: the steps behind each exit, by its key
Exits = Mapping[str, tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole workflow; `following` answers where to go after a step of a straight list."""

    name: str
    triggers: tuple[TriggerSpec, ...]
    settings: Settings
    steps: tuple[Step, ...]
    by_id: Mapping[str, Step]
    following: Mapping[str, "Step | None"]

    def first(self) -> "Step | None":
        """Return the first step."""
        return self.steps[0] if self.steps else None

    def step(self, step_id: str) -> "Step | None":
        """Return a step by its id."""
        return self.by_id.get(step_id)

    def after(self, step: "Step") -> "Step | None":
        """Return the step that follows in the same list, None at its end."""
        return self.following.get(step.id)

    def behind(self, step: "ConditionStep | ControlStep", key: str) -> "Step | None":
        """Return the first step behind an exit, None where there is none."""
        return next(iter(step.exits.get(key, ())), None)

    def walk(self) -> Iterator["Step"]:
        """Iterate over all steps, each list in order, the exits of a block in theirs."""
        return iter(self.by_id.values())


def parse(document: Mapping[str, Any]) -> Definition:
    """Build the values of a cleaned document (forms validated it when it was written), its schemas being today's."""
    by_id: dict[str, Step] = {}
    following: dict[str, Step | None] = {}

    def steps_of(rows: list[Mapping[str, Any]]) -> tuple[Step, ...]:
        made: list[Step] = []
        for row in rows:
            by_id[row["id"]] = None  # type: ignore[assignment]  # keeps the order of reading
            step = _step(row, steps_of)
            by_id[step.id] = step
            made.append(step)
        for step, after in zip(made, [*made[1:], None], strict=False):  # an empty list has none
            following[step.id] = after
        return tuple(made)

    steps = steps_of(document.get("steps", []))
    return Definition(
        name=document.get("name", ""),
        triggers=tuple(TriggerSpec(row["kind"], row.get("options", {})) for row in document.get("triggers", [])),
        settings=_settings(document.get("settings", {})),
        steps=steps,
        by_id=by_id,
        following=following,
    )


def duration(row: Mapping[str, Any] | None) -> timedelta:
    """Return {"count", "unit"} as a length of time; nothing is no time at all."""
    return int(row["count"]) * UNITS[row["unit"]] if row and row.get("count") else timedelta()


def _step(row: Mapping[str, Any], steps_of: Any) -> Step:
    exits = {key: steps_of(rows) for key, rows in lists_in(row).items()}
    if row["type"] == "condition":
        return ConditionStep(
            id=row["id"],
            conditions=tuple(
                ConditionSpec(item["kind"], item.get("config", {}), bool(item.get("negated")))
                for item in row["conditions"]
            ),
            exits=exits,
            is_any=row.get("mode") == "any",
        )
    if row["type"] == "control":
        return ControlStep(row["id"], row["kind"], row.get("config", {}), exits)
    return ActionStep(row["id"], row["kind"], row.get("config", {}), duration(row.get("delay")))


def _settings(row: Mapping[str, Any]) -> Settings:
    limit = row.get("limit") or {}
    mode = limit.get("mode", "unlimited")
    return Settings(
        scope=frozenset(row.get("scope", [])),
        stop_on_failure=row.get("stop_on_failure", True),
        stop_if_owned=row.get("stop_if_owned", False),
        limit=Limit(
            count=None if mode == "unlimited" else int(limit["count"]),
            every=duration({"count": limit.get("every", 1), "unit": limit["unit"]}) if mode == "period" else None,
            alone=bool(limit.get("alone")),
        ),
        start_delay=duration(row.get("start_delay")),
        message_rules={"window": row["window"]} if row.get("window") else {},
    )
