"""What is wrong (blocks) or risky (is said) in a draft: one function each, in a registry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from actions.base import Action, Problem
from triggers.base import Trigger
from workflows.drafts import Document, all_steps
from workflows.freezing import freeze_cleaned
from workflows.models import Workflow
from workflows.preview.recap import action_of, trigger_of
from workflows.preview.texts import text_problems
from workflows.validation import Reading


@dataclass(frozen=True, slots=True)
class Subject:
    """What checks read: the workflow, its draft as it would be activated, and the triggers and actions in it."""

    workflow: Workflow
    document: Document
    triggers: list[Trigger]
    actions: list[tuple[str, Action]]

    @property
    def messages(self) -> list[tuple[str, Action]]:
        """The actions that send a message."""
        return [(step_id, action) for step_id, action in self.actions if action.message() is not None]


Check = Callable[[Subject], Iterator[Problem]]
_checks: list[Check] = []


def check(function: Check) -> Check:
    """Register a check; any app may."""
    _checks.append(function)
    return function


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as it would be activated: frozen, with its digest ("" where a form refuses a part) and its problems."""

    document: Document
    digest: str
    problems: list[Problem]


def look_at(workflow: Workflow) -> Look:
    """Read the draft of a workflow once, for all that the preview shows; what blocks stands first."""
    reading = Reading(workflow.draft)
    document, digest, found = dict(workflow.draft), "", list(reading.problems)
    if not any(problem.code in ("shape", "form") for problem in found):
        document, digest = freeze_cleaned(reading.cleaned)
        subject = subject_of(workflow, document)
        for each in _checks:
            found += each(subject)
    return Look(document, digest, sorted(found, key=lambda problem: not problem.blocks))


def subject_of(workflow: Workflow, document: Document) -> Subject:
    """Read a frozen draft for the checks."""
    actions = [(row["id"], action_of(row)) for row in all_steps(document) if row["type"] == "action"]
    return Subject(
        workflow,
        document,
        [trigger for row in document.get("triggers", []) if (trigger := trigger_of(row))],
        [(step_id, action) for step_id, action in actions if action is not None],
    )


@check
def own_problems(subject: Subject) -> Iterator[Problem]:
    """Say what each action knows of itself: template archived, integration off, consent missing."""
    for step_id, action in subject.actions:
        for problem in action.problems():
            yield replace(problem, step_id=problem.step_id or step_id)


@check
def texts(subject: Subject) -> Iterator[Problem]:
    """Warn of unknown merge tags and of what is wrong in texts."""
    for step_id, action in subject.actions:
        for message in text_problems(action, subject.document, step_id=step_id):
            yield Problem(message, blocks=False, step_id=step_id, code="text")
