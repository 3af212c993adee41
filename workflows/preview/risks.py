"""Checks that look at a workflow as a whole, and at the other live ones."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from actions.base import Problem
from crm.cause import Origin
from triggers.base import Trigger
from triggers.models import Kind
from workflows.control.base import control_types
from workflows.drafts import all_steps
from workflows.models import Workflow
from workflows.preview.checks import Subject, check
from workflows.preview.recap import trigger_of
from workflows.words import join


@check
def several_runs_at_once(subject: Subject) -> Iterator[Problem]:
    """T9 (and T2): one change of a profile may start several runs, each with its messages."""
    if not subject.messages:
        return
    for trigger in subject.triggers:
        if trigger.runs_at_once() > 1:
            yield Problem(
                _(
                    "Several of the things that start it can happen at once: each starts a run of its own, "
                    "and the customer gets the message once for each."
                ),
                blocks=False,
                code="several_runs",
            )


@check
def loops(subject: Subject) -> Iterator[Problem]:
    """Refuse a workflow that starts itself: an action states a fact that one of its triggers answers to."""
    for step_id, action in subject.actions:
        for fact in action.causes():
            event = replace(fact, origin=Origin.WORKFLOW, workflow_id=subject.workflow.pk)
            for trigger in subject.triggers:
                if event.kind in trigger.reads and trigger.matches(event, workflow_id=subject.workflow.pk):
                    message = _("This action starts the same workflow again, without end: %(trigger)s.")
                    yield Problem(message % {"trigger": trigger.describe()}, step_id=step_id, code="loop")


@check
def same_cart(subject: Subject) -> Iterator[Problem]:
    """Warn where another live workflow writes about the same cart or unpaid order."""
    chasing = _chased(subject.triggers)
    if not chasing or not subject.messages:
        return
    others = Workflow.objects.live().exclude(pk=subject.workflow.pk).select_related("version").order_by("name")
    names = []
    for other in others:
        rows = other.version.definition.get("triggers", []) if other.version else []
        if chasing & _chased([trigger for row in rows if (trigger := trigger_of(row))]):
            names.append(other.name)
    if names:
        message = _("%(names)s chases the same carts: customers may get reminders from both.")
        yield Problem(message % {"names": join(names)}, blocks=False, code="same_cart")


def _chased(triggers: Iterable[Trigger]) -> frozenset[str]:
    """Return what the triggers run after until an order ends it."""
    return frozenset[str]().union(*(trigger.ended_by for trigger in triggers if trigger.ended_by))


@check
def waits_for_what_ends_it(subject: Subject) -> Iterator[Problem]:
    """Warn where a block waits for the very order that ends the runs of a trigger (K3 with T1, T13, T14)."""
    if not any(trigger.ended_by for trigger in subject.triggers):
        return
    for row in all_steps(subject.document):
        control = control_types.get(row["kind"]) if row["type"] == "control" else None
        if control is not None and control(row["config"]).hears() & _ORDERS:
            message = _("An order ends the runs of this workflow: nothing is done behind the Yes of this wait.")
            yield Problem(message, blocks=False, step_id=row["id"], code="ended_by_order")


_ORDERS = frozenset({Kind.ORDER_CREATED, Kind.ORDER_PAID})
