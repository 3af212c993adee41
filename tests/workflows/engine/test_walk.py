"""What a run does: branches, waits, delays, failures, skips; each step journalled and done once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Delivery
from crm import clock
from crm.beginnings import make_beginnings
from crm.models import ConsentDefinition, Movement, Pot
from crm.services.consents import set_consent
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, check, condition, end, live, wait
from tests.workflows.engine.driving import call, runs, states, work, work_in
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.models import Journal, Workflow

pytestmark = pytest.mark.django_db


def mail(**config):
    message = {"source": "own", "subject": "Hello", "html": "<p>Hello</p>", "text": ""}
    return action(
        "send_email", **{"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"], **message, **config}
    )


def accepting():
    make_beginnings()
    profile = ProfileFactory()
    set_consent(profile, definition=ConsentDefinition.objects.get(name="NewsEmail"), status="accepted", cause=BY_API)
    return profile


def test_points_given_earlier_in_the_run_count_in_a_later_condition() -> None:
    enough = condition("pot_balance", operator="gte", value="100")
    live(
        action("give_points", points=60),
        action("give_points", points=50),
        check(enough, yes=[action("add_tag", tag="rich")], no=[action("add_tag", tag="poor")]),
    )
    profile = ProfileFactory()
    call(profile)
    work()
    assert [str(row.tag) for row in profile.tags.all()] == ["rich"]


def test_conditions_choose_the_exit_and_say_what_they_saw() -> None:
    live(check(condition("pot_balance", operator="gte", value="1"), yes=[action("give_points", points=1)], no=[end()]))
    call(ProfileFactory())
    work()
    line = Journal.objects.order_by("id").first()
    assert line is not None
    assert (line.outcome, line.saw["conditions"][0]["holds"]) == ("no", False)
    assert states() == [("done", "")]


def test_any_and_negated_conditions() -> None:
    poor = condition("pot_balance", operator="gte", value="1")
    block = check(poor, {**poor, "negated": True}, mode="any", yes=[action("give_points", points=3)])
    live(block)
    call(ProfileFactory())
    work()
    assert Pot.objects.get().balance == 3


def test_a_wait_and_a_delay_and_a_start_delay_are_waited_for() -> None:
    live(
        wait(1, "days"),
        action("give_points", points=1, delay={"count": 30, "unit": "minutes"}),
        start_delay={"count": 2, "unit": "hours"},
    )
    call(ProfileFactory())
    for hours, balance in ((0, 0), (1.9, 0), (2.1, 0), (26, 0), (26.2, 0), (26.6, 0), (26.8, 1)):
        work_in(hours=hours)
        assert sum(Movement.objects.values_list("points", flat=True)) == balance, hours


def test_taking_too_much_fails_the_run() -> None:
    live(action("take_points", points=5), action("add_tag", tag="after"))
    profile = ProfileFactory()
    call(profile)
    work()
    assert [run.status for run in runs()] == ["failed"]
    assert runs()[0].error
    assert not profile.tags.exists()


def test_a_failure_may_be_passed_over() -> None:
    live(action("take_points", points=5), action("add_tag", tag="after"), stop_on_failure=False)
    profile = ProfileFactory()
    call(profile)
    work()
    assert [run.status for run in runs()] == ["done"]
    assert profile.tags.count() == 1
    assert list(Journal.objects.order_by("id").values_list("outcome", flat=True)) == ["failed", "done"]


def test_a_run_that_could_do_nothing_ends_stopped_with_the_first_reason() -> None:
    make_beginnings()
    live(mail())
    call(ProfileFactory())
    work()
    assert [run.status for run in runs()] == ["stopped"]
    assert runs()[0].reason
    assert Delivery.objects.get().status == "skipped"


def test_a_skipped_mail_is_neither_failure_nor_stop() -> None:
    make_beginnings()
    live(mail(), action("give_points", points=1))
    call(ProfileFactory())
    work()
    assert states() == [("done", "")]
    assert list(Journal.objects.order_by("id").values_list("outcome", flat=True)) == ["skipped", "done"]


def test_a_sending_step_waits_for_its_delivery_and_the_run_goes_on() -> None:
    profile = accepting()
    live(mail(), action("give_points", points=1))
    call(profile)
    dispatch()
    advance()
    assert [(run.phase, run.due_at) for run in runs()] == [("sending", None)]
    work()
    assert states() == [("done", "")]
    assert Delivery.objects.get().status == "sent"


def test_a_run_keeps_the_version_it_started_with() -> None:
    from workflows.freezing import freeze
    from workflows.services.drafts import save_draft
    from workflows.services.lifecycle import activate

    workflow = live(wait(1), action("give_points", points=1))
    call(ProfileFactory())
    work()
    changed = {**workflow.draft, "steps": [action("give_points", points=100)]}
    save_draft(workflow, document=changed, revision=workflow.draft_revision)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    work_in(hours=2)
    assert Pot.objects.get().balance == 1


def test_counters_equal_the_runs() -> None:
    workflow = live(
        check(condition("pot_balance", operator="gte", value="1"), no=[wait(1), action("add_tag", tag="x")])
    )
    rich = ProfileFactory()
    other = live(action("give_points", points=2), name="Other")
    call(rich)
    work()
    call(ProfileFactory())
    work()
    workflow.refresh_from_db()
    other.refresh_from_db()
    counters = [getattr(workflow, name) for name in Workflow.COUNTERS]
    assert counters[0] == 2
    assert other.succeeded == 2


def test_advance_asks_no_more_for_many_runs_than_for_few() -> None:
    yes = [action("give_points", points=1), action("add_tag", tag="seen")]
    live(check(condition("pot_balance", operator="gte", value="0"), yes=yes))
    call(ProfileFactory())
    work()  # the tag exists from here on
    counts = []
    for number in (2, 40):
        for profile in ProfileFactory.create_batch(number):
            call(profile)
        dispatch()
        with CaptureQueriesContext(connection) as queries:
            advance()
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_a_wait_costs_nothing_until_it_is_over() -> None:
    live(wait(1), action("give_points", points=1))
    call(ProfileFactory())
    work()
    with CaptureQueriesContext(connection) as queries:
        assert advance() == 0
    assert len(queries) <= 5
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert advance() == 1
