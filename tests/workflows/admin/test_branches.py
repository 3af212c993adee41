"""Splits and waits for events in the builder, on the preview, on the page of a run, and their figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories.drafts import draft_workflow, tag, trigger, wait
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, split, wait_for
from tests.workflows.admin.pages import at, messages_of, post, visitor
from tests.workflows.admin.test_builder import fields, steps
from tests.workflows.engine.driving import call, runs, work
from workflows.admin.figures import say_comparison
from workflows.preview.checks import look_at
from workflows.proportions import Comparison, Share

pytestmark = pytest.mark.django_db


def test_a_split_is_added_and_takes_what_followed_into_its_first_branch():
    client, workflow = visitor(), draft_workflow(wait("w"), tag("t"))
    asked = fields("split", a_weight=80, a_name="Short", b_weight=20, b_name="Long")

    post(client, workflow, at("step_add", workflow.pk) + "?at=:1&type=control&kind=split", save=1, **asked)

    made = steps(workflow)[1]
    assert (made["config"]["a"], made["config"]["c"]) == ({"weight": 80, "name": "Short"}, None)
    assert ([row["id"] for row in made["a"]], made["b"]) == (["t"], [])
    page = client.get(at("change", workflow.pk)).content.decode()
    assert 'aria-label="Short"' in page
    assert "Split by chance: Short 80 % and Long 20 %" in page


def test_a_wait_for_an_event_is_added_and_asks_where_the_rest_goes():
    client, workflow = visitor(), draft_workflow(wait("w"), tag("t"))
    url = at("step_add", workflow.pk) + "?at=:1&type=control&kind=wait_for_event"
    page = client.get(url).content.decode()
    assert 'name="rest" value="no"' in page

    asked = fields("wait_for_event", event="paid", at_most_count=2, at_most_unit="days")
    post(client, workflow, url, save=1, rest="no", **asked)

    assert [row["id"] for row in steps(workflow)[1]["no"]] == ["t"]


def test_another_event_brings_its_own_fields():
    client, workflow = visitor(), draft_workflow(tag("t"))
    url = at("step_add", workflow.pk) + "?at=:1&type=control&kind=wait_for_event"

    page = post(client, workflow, url, **fields("wait_for_event", event="called")).content.decode()

    assert 'name="config-identifier"' in page


def test_a_branch_with_steps_is_not_taken_away():
    client, workflow = visitor(), draft_workflow(split([], [], [tag("t")], step_id="s"))
    asked = fields("split", a_weight=1, a_name="A", b_weight=1, b_name="B")

    response = post(client, workflow, at("step", workflow.pk, "s"), save=1, **asked)

    assert "Steps stand behind" in messages_of(response)
    assert steps(workflow)[0]["config"]["c"]


def test_a_removed_split_may_leave_one_branch():
    client, workflow = visitor(), draft_workflow(split([tag("t")], [tag("u")], step_id="s"))
    assert "keep those of “B”" in client.get(at("step_remove", workflow.pk, "s")).content.decode()

    post(client, workflow, at("step_remove", workflow.pk, "s"), keep="b")

    assert [row["id"] for row in steps(workflow)] == ["u"]


def test_the_places_of_a_move_name_the_branches():
    client, workflow = visitor(), draft_workflow(tag("t"), split([], [], step_id="s"))

    page = client.get(at("step_move", workflow.pk, "t")).content.decode()

    assert "“B” of “Split by chance: A 50 % and B 50 %”" in page


def test_the_preview_shows_each_exit_in_words_and_as_a_picture():
    workflow = draft_workflow(split([tag("t")], [wait_for("ordered", yes=[tag("y")])], step_id="s"))

    page = visitor().get(at("preview", workflow.pk)).content.decode()

    assert "Wait until the customer orders, at most 1 day" in page.replace("24 hours", "1 day")
    assert page.count("nothing: the run ends") == 1
    assert "2.B.1" not in page
    assert "1.B.1.Yes.1" in page


def test_the_page_of_a_run_names_the_branch_that_was_taken():
    live(split([action("give_points", points=1)], [action("give_points", points=1)], step_id="s"))
    call(ProfileFactory())
    work()

    page = visitor().get(f"/admin/workflows/run/{runs()[0].pk}/change/").content.decode()

    taken = runs()[0].journal.order_by("id").first().outcome.upper()
    assert f'<span class="d-badge d-info">{taken}</span>' in page


def test_the_page_of_a_run_says_for_what_it_waits():
    live(wait_for("ordered", yes=[action("give_points", points=1)]))
    call(ProfileFactory())
    work()

    page = visitor().get(f"/admin/workflows/run/{runs()[0].pk}/change/").content.decode()

    assert "waits for its event" in page


def test_the_figures_are_shown_and_few_are_too_early_to_tell():
    workflow = live(split([action("give_points", points=1)], [], step_id="s"))
    client = visitor()
    assert "No run left this block" in client.get(at("figures", workflow.pk)).content.decode()
    for profile in ProfileFactory.create_batch(3):
        call(profile)
    work()

    for language in ("en", "fr"):
        client.cookies["django_language"] = language
        assert client.get(at("figures", workflow.pk), {"days": "30"}).status_code == 200
    client.cookies["django_language"] = "en"
    page = client.get(at("figures", workflow.pk), {"days": "nonsense"}).content.decode()
    assert "too early to tell" in page
    assert at("figures", workflow.pk) in client.get(at("change", workflow.pk)).content.decode()


def test_a_workflow_without_blocks_says_what_to_add():
    workflow = live(action("give_points", points=1))

    assert "no block with several exits" in visitor().get(at("figures", workflow.pk)).content.decode()


def test_who_may_not_see_workflows_sees_no_figures():
    workflow = live(action("give_points", points=1))

    assert visitor(is_superuser=False).get(at("figures", workflow.pk)).status_code == 403


def test_the_page_of_figures_asks_a_fixed_number_of_queries():
    workflow = live(split([split([action("give_points", points=1)], [])], []))
    client, counts = visitor(), []
    client.get(at("figures", workflow.pk))
    for number in (1, 10):
        for profile in ProfileFactory.create_batch(number):
            call(profile)
        work()
        with CaptureQueriesContext(connection) as queries:
            client.get(at("figures", workflow.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_comparison_says_what_it_shows_and_what_it_does_not():
    def said(*counts):
        first, second = (Share(count, 1000) for count in counts)
        with translation.override("en"):
            return say_comparison("Later ordered", "A", "B", Comparison(first, second))

    assert "+6.0 points" in said(100, 160)
    assert "probability 0.0001" in said(100, 160)
    assert "no difference is shown" in said(100, 110)
    assert "no proof that they are the same" in said(100, 110)
    assert "too early to tell" in said(0, 1)


def test_a_wait_for_the_order_that_ends_the_run_is_warned_of():
    chasing = draft_workflow(wait_for("ordered", yes=[tag("t")]), triggers=[trigger("cart_updated")])
    other = draft_workflow(wait_for("ordered", yes=[tag("t")]))

    assert "ended_by_order" in {problem.code for problem in look_at(chasing).problems if not problem.blocks}
    assert "ended_by_order" not in {problem.code for problem in look_at(other).problems}
