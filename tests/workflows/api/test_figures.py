"""What developers read while they test an integration: figures of workflows, what is left, what there is."""

import pytest

from tests.crm.api.calls import Shop
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, wait
from tests.workflows.engine.driving import call, work

pytestmark = pytest.mark.django_db


def test_the_backlog_says_what_is_still_to_be_done() -> None:
    live(wait(1), action("give_points", points=1))
    call(ProfileFactory())
    shop = Shop("automations:read")
    before = shop.get("/v3/automations/backlog").json()
    work()
    after = shop.get("/v3/automations/backlog").json()
    assert before["events"] > 0
    assert after == {"events": 0, "runsDue": 0, "runsUnderWay": 1, "deliveriesUnderWay": 0}


def test_the_figures_count_events_and_deliveries() -> None:
    live(action("give_points", points=1))
    call(ProfileFactory())
    work()
    figures = Shop("automations:read").get("/v3/automations/figures").json()
    assert (figures["events"]["api_called"], figures["deliveries"]) == (1, {})


def test_workflows_are_listed_with_their_counters() -> None:
    live(action("give_points", points=1), name="Points")
    call(ProfileFactory())
    work()
    rows = Shop("automations:read").get("/v3/automations").json()["automations"]
    assert [(row["name"], row["status"], row["total"], row["succeeded"]) for row in rows] == [
        ("Points", "active", 1, 1)
    ]


def test_a_key_without_the_scope_reads_nothing() -> None:
    assert Shop("automations:write").get("/v3/automations/backlog").status_code == 403
