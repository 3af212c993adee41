import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import block, draft_workflow, end, live_workflow, mail, points, tag, wait
from tests.factories.people import UserFactory
from tests.workflows.admin.pages import at, messages_of, post, visitor
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def test_settings_are_saved_as_the_engine_reads_them():
    client, workflow = visitor(), draft_workflow(tag())
    values = {"name": "Other", "limit": "period", "limit_count": 2, "limit_every_count": 1, "limit_every_unit": "weeks"}
    values |= {"start_delay_count": 30, "start_delay_unit": "minutes", "stop_if_owned": "on"}

    post(
        client,
        workflow,
        at("settings", workflow.pk),
        save=1,
        **{f"config-{name}": value for name, value in values.items()},
    )

    workflow.refresh_from_db()
    saved = workflow.draft["settings"]
    assert workflow.name == "Other"
    assert saved["limit"] == {"mode": "period", "alone": False, "count": 2, "every": 1, "unit": "weeks"}
    assert saved["start_delay"] == {"count": 30, "unit": "minutes"}
    assert (saved["stop_if_owned"], saved["stop_on_failure"]) == (True, False)


def test_every_panel_opens():
    ConsentDefinitionFactory(name="NewsEmail")
    client, workflow = visitor(), draft_workflow(wait("w"), mail("m"), block("c", yes=[tag("t")], no=[end("e")]))
    pages = [at("change", workflow.pk), at("settings", workflow.pk), at("trigger_remove", workflow.pk, 0)]
    pages += [at(name, workflow.pk, step) for step in "wmcte" for name in ("step", "step_move", "step_remove")]

    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    assert client.get(at("step", workflow.pk, "gone")).status_code == 404


def test_a_draft_beside_the_live_version_is_pointed_out():
    client, workflow = visitor(), live_workflow(tag("t"))
    before = client.get(at("change", workflow.pk)).content.decode()
    gold = {"config-kind": "add_tag", "config-shown": "add_tag", "config-tag": "gold"}
    post(client, workflow, at("step", workflow.pk, "t"), save=1, **gold)

    after = client.get(at("change", workflow.pk)).content.decode()

    assert "You are editing a draft" not in before
    assert "You are editing a draft" in after


def test_queries_of_the_builder_grow_with_kinds_not_with_time(django_assert_max_num_queries):
    ConsentDefinitionFactory(name="NewsEmail")
    client, workflow = visitor(), draft_workflow(wait(), mail(), block("c", yes=[tag()], no=[points()]))
    client.get(at("change", workflow.pk))

    with django_assert_max_num_queries(25):
        client.get(at("change", workflow.pk))
    with django_assert_max_num_queries(45):
        client.get(at("preview", workflow.pk))


def test_who_may_only_look_sees_no_buttons_and_changes_nothing():
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_workflow", "view_run"]))
    client, workflow = Client(), draft_workflow(tag("t"))
    client.force_login(user)

    page = client.get(at("change", workflow.pk))
    assert page.status_code == 200
    assert "wf-plus" not in page.content.decode()
    assert client.get(reverse("admin:workflows_workflow_changelist")).status_code == 200
    for name in ("settings", "trigger_add", "step_add"):
        assert client.get(at(name, workflow.pk)).status_code == 403
    assert client.post(at("undo", workflow.pk), {"revision": 1}).status_code == 403
    assert client.post(at("activate", workflow.pk), {}).status_code == 403


def test_a_step_removed_while_its_form_was_filled_in_comes_back_when_it_is_saved_again():
    client, workflow = visitor(), draft_workflow(tag("t"), points("p"))
    gold = {"config-kind": "add_tag", "config-shown": "add_tag", "config-tag": "gold", "save": 1}
    stale = workflow.draft_revision
    post(visitor(), workflow, at("step_remove", workflow.pk, "t"))

    first = client.post(at("step", workflow.pk, "t"), {**gold, "revision": stale})
    assert 'value="gold"' in first.content.decode()
    post(client, workflow, at("step", workflow.pk, "t"), **gold)

    workflow.refresh_from_db()
    assert [row["kind"] for row in workflow.draft["steps"]] == ["give_points", "add_tag"]
    assert workflow.draft["steps"][1]["config"]["tag"] == "gold"


def test_an_archived_workflow_is_only_looked_at():
    client, workflow = visitor(), draft_workflow(tag("t"))
    Workflow.objects.filter(pk=workflow.pk).update(status="archived")

    page = client.get(at("change", workflow.pk)).content.decode()
    response = post(client, workflow, at("step_remove", workflow.pk, "t"))

    assert "wf-plus" not in page
    assert "duplicate it" in messages_of(response)
    workflow.refresh_from_db()
    assert len(workflow.draft["steps"]) == 1


def test_the_history_tells_who_did_what():
    client, workflow = visitor(username="anna"), draft_workflow(wait("w"), tag("t"))
    post(client, workflow, at("step_remove", workflow.pk, "w"))

    page = client.get(at("history", workflow.pk)).content.decode()

    assert "anna" in page
    assert "Removed: Wait 2 days" in page
