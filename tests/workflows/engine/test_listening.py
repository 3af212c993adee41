"""Events that nobody listens to, and workflows that become live while events are being handled."""

import threading

import pytest
from django.db import connection, transaction

from tests.factories.drafts import draft_workflow, points
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, trigger
from tests.workflows.engine.driving import call, runs, work
from triggers.models import Event, Kind
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.engine.live import listeners_by_kind
from workflows.models import Workflow
from workflows.preview.checks import look_at
from workflows.services.lifecycle import activate


@pytest.mark.django_db
def test_what_an_action_changes_and_nobody_listens_to_is_handled_from_the_start() -> None:
    live(action("give_points", points=3))
    call(ProfileFactory())
    dispatch()
    advance()
    moved = Event.objects.get(kind=Kind.MOVEMENT_MADE)
    assert moved.handled_at == moved.recorded_at
    assert dispatch() == 0


@pytest.mark.django_db
def test_what_an_action_changes_and_somebody_listens_to_is_heard() -> None:
    live(action("give_points", points=3))
    live(action("add_tag", tag="vip"), triggers=[trigger("pot_updated", sources=["workflow"])], name="Listens")
    call(ProfileFactory())
    work()
    assert [run.workflow.name for run in runs()] == ["Test", "Listens"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_workflow_becomes_live_while_events_are_handled() -> None:
    workflow = draft_workflow(points())
    digest = look_at(workflow).digest
    done = threading.Event()

    def press() -> None:
        activate(workflow, digest=digest, user=None)
        connection.close()
        done.set()

    thread = threading.Thread(target=press)
    with transaction.atomic():
        assert listeners_by_kind() == {}
        thread.start()
        assert not done.wait(0.5)
        assert Workflow.objects.live().count() == 0
    thread.join(10)
    assert done.is_set()
    assert Workflow.objects.live().count() == 1
