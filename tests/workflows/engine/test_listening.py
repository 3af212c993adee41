"""Events that nobody listens to, and workflows that become live while events are being handled."""

import threading

import pytest
from django.db import connection, transaction

from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.drafts import draft_workflow, points
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, called, document, live, trigger, wait
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


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


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
        while not waits_for_a_lock():
            assert thread.is_alive()
        assert not done.is_set()
        assert Workflow.objects.live().count() == 0
    thread.join(10)
    assert done.is_set()
    assert Workflow.objects.live().count() == 1


@pytest.mark.django_db
def test_an_event_ends_a_run_of_an_older_version_whose_trigger_it_ends() -> None:
    failed, paid = trigger("sale_failed"), trigger("sale_succeeded")
    workflow = live(wait(5), action("give_points", points=3), triggers=[failed])
    profile = ProfileFactory()
    upsert_order(profile, cause=BY_API, reference="O1", status="failed", amount=100)
    work()
    workflow.draft = document(action("give_points", points=3), triggers=[called("other"), paid])
    workflow.save(update_fields=["draft"])
    activate(workflow, digest=look_at(workflow).digest, user=None)
    upsert_order(profile, cause=BY_API, reference="O1", status="paid", amount=100)
    work()
    assert [(run.trigger, run.status) for run in runs()] == [(0, "stopped"), (1, "done")]
