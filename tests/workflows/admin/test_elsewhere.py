import pytest

from crm.admin.timeline import page
from tests.factories.drafts import live_workflow, tag
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory
from workflows.engine.dispatch import dispatch
from workflows.reasons import add_reason, reason_choices, say_reason

pytestmark = pytest.mark.django_db


def test_the_timeline_of_a_profile_tells_what_started_and_why_the_rest_did_not():
    live_workflow(tag(), limit={"mode": "total", "count": 1}, name="Once")
    anna = ProfileFactory()
    for _time in range(2):
        OrderFactory(profile=anna, status="paid")
    dispatch()

    rows = page(anna, {}, kinds=["runs", "refusals"]).rows

    assert {(row.title, row.detail) for row in rows} == {
        ("Workflow “Once”", "Under way"),
        ("Workflow “Once” did not start", say_reason("limit")),
    }


def test_reasons_are_said_in_words_wherever_they_come_from():
    assert say_reason("owned") == "The customer already owned the product."
    assert say_reason("no_consent") == "None of the chosen consents is accepted."
    assert say_reason("550 no such mailbox") == "550 no such mailbox"


def test_an_app_may_add_a_reason():
    add_reason("too_cold", "It was too cold.")

    assert say_reason("too_cold") == "It was too cold."
    assert ("too_cold", "It was too cold.") in reason_choices()
