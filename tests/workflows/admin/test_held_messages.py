"""A run whose message may not leave yet says what holds it and until when; so do the delivery's page and list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Delivery
from crm import clock
from crm.models import Site
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.deliveries import a_profile
from tests.factories.drafts import live_workflow, mail, trigger
from tests.workflows.admin.pages import visitor
from tests.workflows.engine.driving import call, work
from workflows.models import Run

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 5, 4, 1, tzinfo=UTC)
WINDOW: dict[str, Any] = {"days": ["mon", "tue"], "from": "09:00", "to": "18:00", "outside": "wait"}
WHY = "It waits for the days and hours in which it may be sent. It may leave on 4 May 2026, 09:00."


def a_run_that_waits() -> Run:
    Site(time_zone="Europe/Paris").save()
    ConsentDefinitionFactory(name="NewsEmail")
    with clock.at(NIGHT):
        live_workflow(mail("m"), triggers=[trigger("api_call", identifier="go")], window=WINDOW)
        call(a_profile())
        work()
    return Run.objects.get()


def test_the_page_and_the_list_of_runs_say_what_holds_the_message() -> None:
    run = a_run_that_waits()
    assert run.phase == "sending"
    page = visitor().get(f"/admin/workflows/run/{run.pk}/change/").content.decode()
    assert "waits for its messages to leave" in page
    assert WHY in page
    assert f"/admin/actions/delivery/{Delivery.objects.get().pk}/change/" in page
    assert WHY in visitor().get("/admin/workflows/run/").content.decode()


def test_the_page_and_the_list_of_deliveries_say_when_it_may_leave() -> None:
    a_run_that_waits()
    address = "/admin/actions/delivery/"
    assert WHY in visitor().get(address).content.decode()
    page = visitor().get(f"{address}{Delivery.objects.get().pk}/change/").content.decode()
    assert WHY in page
    assert "May leave" in page


def test_what_left_is_held_by_nothing_any_more() -> None:
    run = a_run_that_waits()
    with clock.at(NIGHT.replace(hour=8)):
        work()
    for address in (f"/admin/workflows/run/{run.pk}/change/", "/admin/workflows/run/", "/admin/actions/delivery/"):
        assert "It may leave on" not in visitor().get(address).content.decode()


def test_the_list_of_runs_asks_as_many_queries_for_many_as_for_one() -> None:
    a_run_that_waits()
    client = visitor()
    numbers = []
    for _times in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/workflows/run/").status_code == 200
        numbers.append(len(captured))
        with clock.at(NIGHT):
            for _each in range(3):
                call(a_profile())
            work()
    assert numbers[1] <= numbers[0]
