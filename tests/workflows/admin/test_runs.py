from datetime import timedelta

import pytest

from actions.sending import deliver
from crm import clock
from crm.services.consents import set_consent
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import block, condition, live_workflow, mail, points, tag, wait
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory
from tests.workflows.admin.pages import visitor
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = "/admin/workflows/run/"


def work() -> None:
    for _round in range(5):
        dispatch()
        advance()
        deliver("mail", 50)


def page_of(run: Run) -> str:
    return visitor().get(f"{RUNS}{run.pk}/change/").content.decode()


def test_the_page_of_a_run_tells_every_step_what_it_saw_and_what_it_sent():
    newsletter = ConsentDefinitionFactory(name="NewsEmail")
    anna = ProfileFactory(first_name="Anna", email="anna@example.com")
    set_consent(anna, definition=newsletter, status="accepted", cause=BY_API)
    first = condition("order_count", operator="eq", value=1)
    live_workflow(wait(), block("c", first, yes=[mail(), points()], no=[tag()]), name="Thanks")
    OrderFactory(profile=anna, status="paid", reference="O-1")
    work()
    with clock.at(clock.now() + timedelta(days=3)):
        work()

    page = page_of(Run.objects.get())

    for words in (
        "Wait 2 days",
        "Waited",
        "Yes",
        "it was: 1",
        "Hello Anna",
        "anna@example.com",
        "Sent",
        "Give 50 points",
    ):
        assert words in page
    assert "wf-taken" in page


def test_what_a_condition_saw_is_said_in_words():
    newsletter = ConsentDefinitionFactory(name="NewsEmail")
    anna = ProfileFactory()
    set_consent(anna, definition=newsletter, status="accepted", cause=BY_API)
    asked = condition("consent_status", consent="NewsEmail", operator="is", value="refused")
    live_workflow(block("c", condition("first_order", operator="is_yes"), asked, no=[points()]))
    OrderFactory(profile=anna, status="paid")
    work()

    page = page_of(Run.objects.get())

    assert "it was: Accepted" in page
    assert page.count("it was:") == 1


def test_a_run_under_way_says_where_it_stands():
    live_workflow(wait(), tag())
    OrderFactory(status="paid")
    work()

    page = page_of(Run.objects.get())

    assert "Wait 2 days: waits" in page
    assert "Stop this run" in page


def test_a_skipped_message_says_why():
    ConsentDefinitionFactory(name="NewsEmail")
    live_workflow(mail(), tag())
    OrderFactory(status="paid")
    work()

    page = page_of(Run.objects.get())

    assert "Skipped" in page
    assert "None of the chosen consents is accepted." in page


def test_a_run_is_stopped_by_hand():
    live_workflow(wait(), tag())
    OrderFactory(status="paid")
    work()
    run = Run.objects.get()

    page = visitor().post(f"{RUNS}{run.pk}/stop/", follow=True).content.decode()

    run.refresh_from_db()
    assert (run.status, run.reason) == ("stopped", "by_hand")
    assert "Somebody stopped it in the back-office." in page


def test_runs_are_found_by_workflow_status_reason_and_profile(django_assert_max_num_queries):
    one, two = live_workflow(wait(), tag(), name="One"), live_workflow(tag(), name="Two")
    anna = ProfileFactory(first_name="Anna", last_name="Zola")
    OrderFactory(profile=anna, status="paid")
    OrderFactory(status="paid")
    work()
    client = visitor()

    def found(**query: object) -> set[tuple[str, str]]:
        rows = client.get(RUNS, query).context["cl"].result_list
        return {(run.workflow.name, run.profile.first_name) for run in rows}

    assert len(found()) == 4
    assert {name for name, _ in found(workflow=one.pk)} == {"One"}
    assert {name for name, _ in found(status__exact="done")} == {"Two"}
    assert found(reason="by_hand") == set()
    assert found(q="Zola", workflow=two.pk) == {("Two", "Anna")}
    with django_assert_max_num_queries(12):
        client.get(RUNS)


def test_entries_say_why_no_run_came_of_an_event():
    live_workflow(tag(), limit={"mode": "total", "count": 1}, name="Once")
    anna = ProfileFactory()
    for _time in range(2):
        OrderFactory(profile=anna, status="paid")
    work()

    page = visitor().get("/admin/workflows/entry/", {"outcome__exact": "refused"}).content.decode()

    assert "already started as often as it may" in page


def test_a_run_that_is_not_there_is_not_found():
    assert visitor().get(f"{RUNS}12345/change/").status_code == 404
