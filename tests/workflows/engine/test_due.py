"""What comes due by the clock reaches live workflows: a cart left for as long as they ask."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm import clock
from crm.models import Site
from crm.services.carts import push_cart
from tests.factories.causes import BY_API
from tests.factories.drafts import live_workflow as live_with
from tests.factories.drafts import tag, trigger
from tests.factories.people import ProfileFactory
from tests.workflows.engine.driving import work
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


def test_a_birthday_starts_a_run_once_and_none_of_a_workflow_that_became_live_after_its_hour() -> None:
    Site(time_zone="Europe/Paris").save()
    with clock.at(START - timedelta(days=10)):
        ProfileFactory(birthday=date(1990, 3, 1))
        ProfileFactory(birthday=date(1990, 3, 2))
    morning = trigger("date_reached", field="birthday", when="on", at="14:00")  # 13:00 UTC
    with clock.at(START):
        early = live_with(tag("t"), triggers=[morning], name="Early")
    with clock.at(later(61)):
        late = live_with(tag("t"), triggers=[morning], name="Late")
    for minutes in (59, 61, 62, 300):
        sweep(minutes)
    assert list(Run.objects.values_list("workflow__name", flat=True)) == ["Early"]
    assert not Entry.objects.filter(workflow=late).exists()
    with clock.at(later(300)):
        work()
    early.refresh_from_db()
    assert (early.total, early.succeeded) == (1, 1)
