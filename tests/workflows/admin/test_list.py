import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.drafts import block, draft_workflow, live_workflow, tag, wait
from tests.workflows.admin.pages import at, messages_of, visitor
from workflows.models import Workflow

pytestmark = pytest.mark.django_db
LIST = "/admin/workflows/workflow/"


def names_on(page) -> set[str]:
    return {workflow.name for workflow in page.context["cl"].result_list}


def test_the_list_is_searched_by_name():
    for name in ("Abandoned cart", "Welcome", "Win back"):
        draft_workflow(name=name)

    assert names_on(visitor().get(LIST, {"q": "cart"})) == {"Abandoned cart"}
    assert names_on(visitor().get(LIST, {"q": "w"})) == {"Welcome", "Win back"}


def test_the_list_is_filtered_by_state():
    live_workflow(tag(), name="Live")
    draft_workflow(name="Draft")
    Workflow.objects.create(name="Old", status="archived")
    client = visitor()

    assert names_on(client.get(LIST)) == {"Live", "Draft"}
    assert names_on(client.get(LIST, {"state": "active"})) == {"Live"}
    assert names_on(client.get(LIST, {"state": "inactive"})) == {"Draft"}
    assert names_on(client.get(LIST, {"state": "archived"})) == {"Old"}


def test_the_switch_leads_to_the_preview_or_asks():
    live, draft = live_workflow(tag(), name="Live"), draft_workflow(name="Draft")

    page = visitor().get(LIST).content.decode()

    assert f'role="switch" aria-checked="true" href="{at("switch_off", live.pk)}"' in page
    assert f'role="switch" aria-checked="false" href="{at("preview", draft.pk)}"' in page


def test_the_list_shows_the_counters_and_the_button():
    Workflow.objects.filter(pk=draft_workflow().pk).update(total=1234, succeeded=77)

    page = visitor().get(LIST).content.decode()

    assert "Create a workflow" in page
    assert "77" in page


def test_queries_of_the_list_do_not_grow(django_assert_num_queries, django_assert_max_num_queries):
    client = visitor()
    draft_workflow()
    client.get(LIST)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for number in range(30):
        draft_workflow(name=f"Workflow {number}")

    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_a_copy_is_a_draft_of_its_own():
    workflow = live_workflow(tag(), name="Live")

    response = visitor().post(at("duplicate", workflow.pk))

    copy = Workflow.objects.latest("pk")
    assert response.url == at("change", copy.pk)
    assert (copy.status, copy.name, copy.draft["steps"]) == ("draft", "Copy of Live", workflow.draft["steps"])


def test_a_workflow_that_never_ran_is_deleted_and_one_that_was_live_is_archived():
    client, fresh, used = visitor(), draft_workflow(name="Fresh"), live_workflow(tag(), name="Used")

    assert "active" in client.get(at("delete", used.pk)).content.decode()
    refused = client.post(at("delete", used.pk), follow=True)
    client.post(at("switch_off", used.pk))
    client.post(at("delete", used.pk))
    client.post(at("delete", fresh.pk))

    assert "Switch the workflow off first." in messages_of(refused)
    assert [(row.name, row.status) for row in Workflow.objects.all()] == [("Used", "archived")]


def test_what_was_exported_can_be_imported():
    client, workflow = visitor(), draft_workflow(wait(), block("c", yes=[tag()]), name="Été")
    exported = client.get(at("export", workflow.pk))
    assert 'filename="ete.json"' in exported["Content-Disposition"]

    file = SimpleUploadedFile("ete.json", exported.content)
    client.post(at("create"), {"import": 1, "file": file})

    copy = Workflow.objects.latest("pk")
    assert copy.pk != workflow.pk
    assert (copy.name, copy.draft["steps"][1]["yes"][0]["config"]) == ("Été", {"tag": "vip"})


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"[]", json.dumps({"name": "x", "steps": [{"id": 1}]}).encode()],
)
def test_a_file_that_is_no_workflow_is_refused_in_words(content):
    page = visitor().post(at("create"), {"import": 1, "file": SimpleUploadedFile("x.json", content)})

    assert page.status_code == 200
    assert page.context["import_form"].errors
    assert not Workflow.objects.exists()


def test_the_run_list_and_the_entries_open():
    client = visitor()

    assert client.get(reverse("admin:workflows_run_changelist")).status_code == 200
    assert client.get(reverse("admin:workflows_entry_changelist")).status_code == 200
