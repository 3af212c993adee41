"""Figures of branches: who went which way, what they did later, in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.models import Order
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.drafts import live_workflow
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, called, check, condition, document, live, split, wait
from tests.workflows.engine.driving import call, work
from workflows.figures import figures_of
from workflows.freezing import freeze
from workflows.models import Journal, Workflow
from workflows.services.drafts import save_draft
from workflows.services.lifecycle import activate

pytestmark = pytest.mark.django_db


def points(count=1):
    return action("give_points", points=count)


def figures(workflow, days=90):
    return figures_of(workflow, since=clock.now() - timedelta(days=days))


def order(profile, number, status="new"):
    upsert_order(profile, cause=BY_API, reference=f"O{number}", status=status, amount=100)


def test_runs_and_customers_of_each_exit_and_what_they_did_later() -> None:
    asked = condition("pot_balance", operator="gte", value="5")
    workflow = live(check(asked, yes=[points()], no=[points()]))
    people = ProfileFactory.create_batch(4)
    order(people[0], "before", "paid")
    for profile in people:
        call(profile)
    call(people[0], key="2")
    work()
    order(people[0], 1, "paid")
    order(people[1], 2, "new")
    order(people[2], 3, "cancelled")

    [block] = figures(workflow)

    yes, no = block.exits
    assert (yes.key, yes.runs, yes.people) == ("yes", 0, 0)
    assert (no.runs, no.people) == (5, 4)
    assert (no.shares["ordered"].count, no.shares["paid"].count) == (2, 1)
    assert block.comparisons == {}


def test_an_order_that_is_paid_later_counts_as_paid_only() -> None:
    workflow = live(split([points()], []))
    profile = ProfileFactory()
    order(profile, 1)
    call(profile)
    work()
    order(profile, 1, "paid")

    shares = [each.shares for each in figures(workflow)[0].exits if each.people]

    assert [(each["ordered"].count, each["paid"].count) for each in shares] == [(0, 1)]


def test_the_figures_of_a_step_add_up_over_versions() -> None:
    row = split([points()], [], step_id="s")
    workflow = live(row)
    call(ProfileFactory())
    work()
    changed = document({**row, "a": [points(2)]}, triggers=[called()])
    save_draft(workflow, document=changed, revision=workflow.draft_revision)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    call(ProfileFactory())
    work()

    assert figures(workflow)[0].runs == 2


def test_another_workflow_with_the_same_steps_is_not_counted() -> None:
    from tests.factories import drafts

    row = split([drafts.tag("t")], [], step_id="s")
    one = live(row)
    other = live_workflow(row, triggers=[called("other")], name="Other")
    call(ProfileFactory())
    work()

    assert (figures(one)[0].runs, figures(other)[0].runs) == (1, 0)


def test_what_lies_before_the_period_is_not_counted() -> None:
    workflow = live(split([points()], []))
    call(ProfileFactory())
    work()
    with clock.at(clock.now() + timedelta(days=31)):
        assert figures(workflow, days=30)[0].runs == 0
        assert figures(workflow, days=90)[0].runs == 1


def test_a_split_is_compared_and_every_customer_keeps_the_branch() -> None:
    workflow = live(wait(1), split([points()], [points()], step_id="s"))
    people = ProfileFactory.create_batch(6)
    for key in ("1", "2"):
        for profile in people:
            call(profile, key=key)
    work()
    with clock.at(clock.now() + timedelta(hours=2)):
        work()

    [block] = figures(workflow)

    assert sum(each.runs for each in block.exits) == 12
    assert sum(each.people for each in block.exits) == 6
    assert set(block.comparisons) == {"ordered", "paid"}
    assert Journal.objects.filter(step_id="s").values("run__profile", "outcome").distinct().count() == 6


def test_the_number_of_queries_grows_with_nothing() -> None:
    workflow = live(split([split([points()], [points()])], [points()]))
    counts = []
    for number in (1, 12):
        for profile in ProfileFactory.create_batch(number):
            call(profile)
            work()
            order(profile, profile.pk)
        with CaptureQueriesContext(connection) as queries:
            figures(Workflow.objects.get(pk=workflow.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    assert Order.objects.count() == 13
