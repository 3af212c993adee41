"""Action types: what a workflow can do. A type plans effects; it never acts by itself."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise

from crm.cause import Cause
from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.registry import Registry
from triggers.base import Variable

if TYPE_CHECKING:
    from actions.rendering.texts import Rendered


@dataclass(frozen=True, slots=True)
class StepContext:
    """A step of a run about to be done: what an action may read."""

    #: None: the house itself does it, no workflow
    run_id: int | None
    workflow_id: int | None
    step_id: str
    profile_id: int
    event: EventView
    #: merge data: the event's plus what earlier steps gave (`data.coupon` …)
    data: Mapping[str, Any]
    cause: Cause
    now: datetime
    attempt: int = 1
    #: references of the products in the workflow's scope (empty: whole catalogue)
    scope: frozenset[str] = frozenset()
    #: what the workflow adds to the rules of its marketing messages (W9: {"window": …})
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """An effect was applied; `value` is written to the journal, `gives` is added to the run's data."""

    value: Mapping[str, Any] = field(default_factory=dict)
    gives: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """Deliveries were planned: the step ends when they have ended."""

    deliveries: int
    value: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """The step could not be done for a reason that is nobody's failure (no address, no consent); the run goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The effect failed for good; W5 decides what becomes of the run."""

    message: str


Outcome = Done | Pending | Skipped | Failed


@dataclass(frozen=True, slots=True)
class Effect(ABC):
    """Something to be done in the database for one step; applied in bulk, one call for all effects of its class."""

    step: StepContext

    @classmethod
    @abstractmethod
    def apply_many(cls, effects: "list[Any]") -> list[Outcome]:
        """Apply effects of this class (profiles are locked by the caller); one outcome for each, in order."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong (`blocks`) or risky in a workflow, with the step it stands at ("" for the whole)."""

    message: str
    blocks: bool = True
    step_id: str = ""
    code: str = ""


class Action(ABC):
    """A type of action; an instance is one action with its cleaned config."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    form_class: ClassVar[type[ConfigForm]]
    schema: ClassVar[int] = 1
    #: topics of triggers, one of which must be there for the action to be offered; empty: always
    topics: ClassVar[frozenset[str]] = frozenset()
    #: topics with which it is not offered and refused at validation
    not_with: ClassVar[frozenset[str]] = frozenset()
    #: merge tags that its own texts have, and those of no other action
    own_tags: ClassVar[frozenset[str]] = frozenset()
    #: the channel by which its message to a customer leaves, under that channel's frequency cap (W10); "": it has none
    channel: ClassVar[str] = ""
    #: whether what it sends is followed: opens and clicks (actions.tracking)
    is_followed: ClassVar[bool] = False
    #: whether it can be tried out, with the mailbox in the place of a provider, before an integration is set up
    has_stand_in: ClassVar[bool] = False
    #: whether its message has a subject, or what stands in its place says something else (how long an SMS is)
    has_subject: ClassVar[bool] = True

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    @classmethod
    def upgrade(cls, config: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a config written with an older schema to the present one."""
        return config

    @abstractmethod
    def plan(self, step: StepContext) -> Generator[Effect, Outcome, None]:
        """Yield effects one after the other; each yield is sent the outcome of the effect."""

    @abstractmethod
    def describe(self) -> str:
        """Say the action in plain words, in the current language."""

    def freeze(self) -> dict[str, Any]:
        """Return the config as it goes into a version: with the content of templates in it, not their reference."""
        return dict(self.config)

    def causes(self) -> Iterable[EventView]:
        """Picture the facts that its effects state (kind, name, snapshot), to find workflows that start themselves."""
        return ()

    def texts(self) -> Iterable[str]:
        """List the texts with merge tags, for warnings about unknown ones."""
        return ()

    def gives(self) -> Iterable[Variable]:
        """List the merge tags that later steps have because of it."""
        return ()

    def problems(self) -> Iterable[Problem]:
        """List what is wrong or risky with this action by itself (integration off, template archived…)."""
        return ()

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the parts of the message it sends (subject, html, text) in a language, for the preview; None: none."""
        return None

    def finished(self, rendered: "Rendered", *, language: str, link: str) -> "Rendered":
        """Return a rendered message with what is added to it when it leaves (`link` is the one to unsubscribe)."""
        return rendered


#: Any app may register.
action_types: Registry[Action] = Registry("action")
