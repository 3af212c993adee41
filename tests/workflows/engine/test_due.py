"""What comes due by the clock reaches live workflows: a cart left for as long as they ask."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm import clock
from crm.services.carts import push_cart
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from triggers.models import Event, Kind
from workflows.engine import live
from workflows.engine.dispatch import dispatch
from workflows.engine.due import record_due
from workflows.models import Entry, Run, Version, Workflow

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def live_workflow(idle_minutes: int | str, *, since: datetime = START) -> Workflow:
    live.forget()
    workflow = Workflow.objects.create(name=f"Left for {idle_minutes}", status="active", active_since=since)
    options = {"stage": "either", "idle_minutes": idle_minutes}
    definition: dict[str, Any] = {
        "name": workflow.name,
        "triggers": [{"kind": "sale_abandoned", "schema": 1, "options": options}],
        "settings": {},
        "steps": [
            {"id": "s1", "type": "control", "kind": "wait", "config": {"duration": {"count": 1, "unit": "days"}}}
        ],
    }
    version = Version(workflow=workflow, number=1, definition=definition, digest="0" * 64, activated_at=since)
    version.save()
    workflow.version = version
    workflow.save()
    return workflow


def sweep(minutes: float) -> None:
    with clock.at(later(minutes)):
        record_due()
        dispatch()


def test_each_workflow_hears_of_the_cart_at_its_own_time() -> None:
    half_an_hour, an_hour = live_workflow(30), live_workflow(60)
    with clock.at(later(1)):
        push_cart(ProfileFactory(), cause=BY_API, key="c1", lines=[{"reference": "P1", "quantity": 1}], payload={})
    sweep(30)
    assert not Run.objects.exists()
    sweep(31)
    sweep(32)
    assert list(Run.objects.values_list("workflow", "key")) == [(half_an_hour.pk, "c1")]
    sweep(61)
    assert set(Run.objects.values_list("workflow", flat=True)) == {half_an_hour.pk, an_hour.pk}
    assert Event.objects.filter(kind=Kind.CART_IDLE).count() == Entry.objects.filter(outcome="started").count() == 2


def test_a_workflow_switched_on_later_does_not_hear_of_carts_left_before() -> None:
    with clock.at(later(0)):
        push_cart(ProfileFactory(), cause=BY_API, key="c1", lines=[{"reference": "P1", "quantity": 1}], payload={})
    live_workflow(30, since=later(100))
    sweep(101)
    assert not Event.objects.filter(kind=Kind.CART_IDLE).exists()


def test_a_trigger_that_breaks_keeps_no_other_from_being_asked() -> None:
    live_workflow("an hour")
    live_workflow(30)
    with clock.at(later(1)):
        push_cart(ProfileFactory(), cause=BY_API, key="c1", lines=[{"reference": "P1", "quantity": 1}], payload={})
    with clock.at(later(31)):
        record_due()
    assert Event.objects.filter(kind=Kind.CART_IDLE).exists()
