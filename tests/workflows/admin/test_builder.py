import pytest
from django.utils.html import escape

from tests.factories.drafts import block, draft_workflow, points, tag, trigger, wait
from tests.workflows.admin.pages import at, messages_of, post, visitor
from triggers.base import trigger_types
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def steps(workflow):
    workflow.refresh_from_db()
    return workflow.draft["steps"]


def fields(kind, prefix="config", **values):
    """Return the posted fields of a type's form."""
    named = {f"{prefix}-{name}": value for name, value in values.items()}
    return {f"{prefix}-kind": kind, f"{prefix}-shown": kind, **named}


def test_a_new_workflow_begins_with_its_name_and_asks_for_a_trigger():
    response = visitor().post(at("create"), {"name": "Welcome"})

    workflow = Workflow.objects.get()
    assert (workflow.name, workflow.status) == ("Welcome", "draft")
    assert response.url == at("trigger_add", workflow.pk)


def test_a_trigger_is_added_edited_and_removed():
    client, workflow = visitor(), draft_workflow(tag(), triggers=[])
    post(client, workflow, at("trigger_add", workflow.pk), save=1, **fields("api_call", identifier="go"))
    post(client, workflow, at("trigger", workflow.pk, 0), save=1, **fields("api_call", identifier="went"))

    workflow.refresh_from_db()
    assert [row["options"]["identifier"] for row in workflow.draft["triggers"]] == ["went"]
    post(client, workflow, at("trigger_remove", workflow.pk, 0))
    workflow.refresh_from_db()
    assert workflow.draft["triggers"] == []


def test_a_third_trigger_is_refused():
    client, workflow = visitor(), draft_workflow(tag(), triggers=[trigger(), trigger("cart_updated")])

    response = post(client, workflow, at("trigger_add", workflow.pk), save=1, **fields("api_call", identifier="go"))

    assert "all the triggers" in messages_of(response)


def test_another_kind_brings_its_own_form_and_saves_nothing():
    client, workflow = visitor(), draft_workflow(tag())

    response = post(
        client, workflow, at("trigger_add", workflow.pk), **{**fields("cart_updated"), "config-kind": "api_call"}
    )

    assert 'name="config-identifier"' in response.content.decode()
    assert len(workflow.draft["triggers"]) == 1


def test_a_simple_trigger_is_chosen_at_first_and_each_says_when_to_take_it():
    client, workflow = visitor(), draft_workflow(triggers=[])
    page = client.get(at("trigger_add", workflow.pk)).content.decode()
    assert '<option value="sale_succeeded" selected>' in page
    for cls in trigger_types:
        page = client.get(at("trigger_add", workflow.pk), {"kind": cls.kind}).content.decode()
        assert escape(str(cls.help)) in page
        assert len(str(cls.help)) > 90, "it says what fires it and when to take it"


def test_the_call_to_copy_is_folded_below_the_button_to_save():
    page = visitor().get(at("trigger_add", draft_workflow(triggers=[]).pk), {"kind": "cart_updated"}).content.decode()
    assert '<details class="wf-call">' in page
    assert page.index('name="save"') < page.index('<details class="wf-call">')


def test_the_trigger_by_api_shows_the_call_to_copy():
    workflow = draft_workflow(tag(), triggers=[trigger("api_call", identifier="welcome-back")])

    page = visitor().get(at("trigger", workflow.pk, 0)).content.decode()

    assert "/api/v3/automations/trigger/welcome-back" in page
    assert "curl_init(" in page


def test_a_step_is_added_at_its_place():
    client, workflow = visitor(), draft_workflow(wait("w"), tag("t"))

    post(client, workflow, at("step_add", workflow.pk) + "?at=:1", save=1, **fields("give_points", points=50))

    assert [row.get("kind") for row in steps(workflow)] == ["wait", "give_points", "add_tag"]


def test_the_first_action_offered_is_an_email():
    page = visitor().get(at("step_add", draft_workflow().pk)).content.decode()

    assert '<option value="send_email" selected>' in page


def test_an_action_keeps_its_id_and_gets_a_delay():
    client, workflow = visitor(), draft_workflow(tag("t"))

    post(
        client,
        workflow,
        at("step", workflow.pk, "t"),
        save=1,
        delay_count=3,
        delay_unit="hours",
        **fields("add_tag", tag="gold"),
    )

    row = steps(workflow)[0]
    assert (row["id"], row["config"]["tag"], row["delay"]) == ("t", "gold", {"count": 3, "unit": "hours"})


def test_a_form_that_its_type_refuses_is_shown_again_with_what_was_typed():
    client, workflow = visitor(), draft_workflow(points("p", 50))

    response = post(client, workflow, at("step", workflow.pk, "p"), save=1, **fields("give_points", points=-7))

    assert 'value="-7"' in response.content.decode()
    assert steps(workflow)[0]["config"]["points"] == 50


def test_waits_and_ends_are_steps():
    client, workflow = visitor(), draft_workflow(tag("t"))
    add = at("step_add", workflow.pk)

    post(
        client,
        workflow,
        f"{add}?at=:1&type=control&kind=wait",
        save=1,
        **fields("wait", duration_count=2, duration_unit="weeks"),
    )
    post(client, workflow, f"{add}?at=:2&type=control&kind=end", save=1, **fields("end"))

    assert [row.get("kind") for row in steps(workflow)] == ["add_tag", "wait", "end"]


def test_a_condition_takes_what_followed_into_the_chosen_exit():
    client, workflow = visitor(), draft_workflow(wait("w"), tag("t"))
    asked = fields("order_count", "c0", operator="eq", value=1)

    post(
        client, workflow, at("condition_add", workflow.pk) + "?at=:1", save=1, row="c0", mode="any", rest="no", **asked
    )

    made = steps(workflow)[1]
    assert (made["mode"], made["conditions"][0]["config"]["value"]) == ("any", 1)
    assert [row["id"] for row in made["no"]] == ["t"]


def test_conditions_are_added_negated_and_removed_in_one_form():
    client, workflow = visitor(), draft_workflow(block("c", yes=[tag("t")]))
    first = fields("order_count", "c0", operator="eq", value=2)
    more = post(client, workflow, at("step", workflow.pk, "c"), add=1, row="c0", **first).content.decode()
    assert 'name="c1-kind"' in more

    second = {**fields("pot_balance", "c1", operator="gte", value=100), "c1-negated": "on"}
    post(client, workflow, at("step", workflow.pk, "c"), save=1, row=["c0", "c1"], **first, **second)
    made = steps(workflow)[0]
    assert [item["negated"] for item in made["conditions"]] == [False, True]
    assert made["yes"][0]["id"] == "t"

    left = post(client, workflow, at("step", workflow.pk, "c"), remove="c0", row=["c0", "c1"], **first, **second)
    assert 'name="c0-kind"' not in left.content.decode()


def test_only_what_goes_with_the_triggers_is_offered():
    page = visitor().get(at("condition_add", draft_workflow(triggers=[trigger("cart_updated")]).pk)).content.decode()

    assert 'value="data_value"' in page
    assert 'value="points_moved"' not in page


def test_steps_are_moved_duplicated_and_removed():
    client, workflow = visitor(), draft_workflow(wait("w"), tag("t"), block("c", yes=[points("p")]))

    post(client, workflow, at("step_move", workflow.pk, "t"), at="c.yes:1")
    assert [row["id"] for row in steps(workflow)[1]["yes"]] == ["p", "t"]
    post(client, workflow, at("step_duplicate", workflow.pk, "t"))
    assert len(steps(workflow)[1]["yes"]) == 3
    post(client, workflow, at("step_remove", workflow.pk, "c"), keep="yes")
    assert [row.get("kind") for row in steps(workflow)] == ["wait", "give_points", "add_tag", "add_tag"]


def test_undo_takes_back_the_last_change():
    client, workflow = visitor(), draft_workflow(tag("t"))
    post(client, workflow, at("step_remove", workflow.pk, "t"))

    response = post(client, workflow, at("undo", workflow.pk))

    assert [row["id"] for row in steps(workflow)] == ["t"]
    assert "Undone" in messages_of(response)


def test_who_saves_over_a_newer_draft_is_told_and_keeps_what_was_typed():
    client, workflow = visitor(), draft_workflow(tag("t"), points("p"))
    stale = workflow.draft_revision
    post(visitor(username="anna"), workflow, at("step_remove", workflow.pk, "p"))

    response = client.post(
        at("step", workflow.pk, "t"), {"revision": stale, "save": 1, **fields("add_tag", tag="gold")}
    )

    page = response.content.decode()
    assert "anna changed this workflow meanwhile" in page
    assert 'value="gold"' in page
    assert f'name="revision" value="{stale + 1}"' in page
    assert steps(workflow)[0]["config"]["tag"] == "vip"
