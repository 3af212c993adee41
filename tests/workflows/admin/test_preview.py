import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import draft_workflow, live_workflow, mail, tag, wait
from tests.factories.messages import TemplateFactory, TemplateTextFactory
from tests.factories.people import ProfileFactory, UserFactory
from tests.factories.sales import OrderFactory
from tests.workflows.admin.pages import at, messages_of, post, visitor
from workflows.engine.dispatch import dispatch
from workflows.models import Run, Workflow
from workflows.services.drafts import save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _consent():
    ConsentDefinitionFactory(name="NewsEmail")


def digest_on(page) -> str:
    return re.search(r'name="digest" value="(\w*)"', page.content.decode())[1]


def test_the_preview_tells_everything_in_words_and_as_a_picture():
    workflow = draft_workflow(wait(), mail(subject="Hello there"), start_delay={"count": 3, "unit": "hours"})

    page = visitor().get(at("preview", workflow.pk)).content.decode()

    for words in ("An order becomes paid", "3 hours", "whole catalogue", "Wait 2 days", "Hello there", "<svg"):
        assert words in page


def test_exactly_what_was_previewed_is_activated():
    client, workflow = visitor(username="anna"), draft_workflow(tag())

    client.post(at("activate", workflow.pk), {"digest": digest_on(client.get(at("preview", workflow.pk)))})

    workflow.refresh_from_db()
    assert workflow.status == "active"
    assert (workflow.version.number, workflow.version.activated_by) == (1, "anna")


def test_a_draft_changed_since_its_preview_is_refused():
    client, workflow = visitor(), draft_workflow(tag())
    seen = digest_on(client.get(at("preview", workflow.pk)))
    save_draft(workflow, document={**workflow.draft, "name": "Other"}, revision=workflow.draft_revision)

    response = client.post(at("activate", workflow.pk), {"digest": seen}, follow=True)

    assert "changed since you previewed it" in messages_of(response)
    assert Workflow.objects.get().status == "draft"


def test_a_template_changed_since_the_preview_is_refused():
    text = TemplateTextFactory(template=TemplateFactory())
    client, workflow = visitor(), draft_workflow(mail(source="template", template=str(text.template.uid)))
    seen = digest_on(client.get(at("preview", workflow.pk)))
    text.subject = "Another subject"
    text.save()

    response = client.post(at("activate", workflow.pk), {"digest": seen}, follow=True)

    assert "changed since you previewed it" in messages_of(response)


def test_what_blocks_disables_the_button_and_the_service():
    client, workflow = visitor(), draft_workflow()
    page = client.get(at("preview", workflow.pk))

    response = client.post(at("activate", workflow.pk), {"digest": digest_on(page)}, follow=True)

    assert "Add at least one action." in page.content.decode()
    assert " disabled>" in page.content.decode()
    assert Workflow.objects.get().status == "draft"
    assert messages_of(response)


def test_runs_of_an_earlier_version_finish_or_stop_as_chosen():
    client, workflow = visitor(), live_workflow(wait(), tag())
    OrderFactory(status="paid")
    dispatch()
    save_draft(workflow, document={**workflow.draft, "name": "Second"}, revision=workflow.draft_revision)
    page = client.get(at("preview", workflow.pk))
    assert "1 run of an earlier version is under way" in page.content.decode()

    client.post(at("activate", workflow.pk), {"digest": digest_on(page), "live_runs": "stop"})

    assert [(run.status, run.reason) for run in Run.objects.all()] == [("stopped", "replaced")]


def test_a_message_is_shown_alone_under_a_policy_of_its_own():
    anna = ProfileFactory(first_name="Anna")
    workflow = draft_workflow(mail(html="<p>Dear {{ profile.first_name }}<script>alert(1)</script></p>"))

    response = visitor().get(at("message", workflow.pk, "m"), {"profile": anna.pk})

    assert "Dear Anna" in response.content.decode()
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_who_may_see_no_profile_sees_a_message_for_nobody():
    anna = ProfileFactory(first_name="Anna")
    workflow = draft_workflow(mail(html="<p>Dear {{ profile.first_name }}!</p>"))
    developer = UserFactory(is_superuser=False)
    developer.user_permissions.add(Permission.objects.get(codename="view_workflow"))
    client = Client()
    client.force_login(developer)

    message = client.get(at("message", workflow.pk, "m"), {"profile": anna.pk}).content.decode()
    page = client.get(at("preview", workflow.pk), {"profile": anna.pk}).content.decode()

    assert "Dear [first name]!" in message
    assert "Anna" not in page


@pytest.mark.parametrize("number", ["²", "x", "9" * 30])
def test_numbers_that_are_none_are_no_error(number: str):
    client, workflow = visitor(), draft_workflow(tag("t"))

    assert client.get(at("preview", workflow.pk), {"profile": number}).status_code == 200
    assert client.get(at("step_add", workflow.pk), {"at": f":{number}"}, follow=True).status_code == 200
    assert client.post(at("undo", workflow.pk), {"revision": number}, follow=True).status_code == 200
    asked = {"row": f"c{number}", "add": "1", "revision": "1"}
    assert client.post(at("condition_add", workflow.pk), asked, follow=True).status_code == 200
    assert client.get(reverse("admin:workflows_run_changelist"), {"workflow": number}).status_code == 200


def test_the_text_of_a_message_is_shown_as_text():
    workflow = draft_workflow(mail(html="", text="<b>{{ profile.first_name }}</b>"))

    page = visitor().get(at("message", workflow.pk, "m"), {"part": "text"}).content.decode()

    assert "&lt;b&gt;" in page


def test_profiles_are_found_by_the_beginning_of_their_name():
    ProfileFactory(first_name="Anna", last_name="Zola")
    ProfileFactory(first_name="Bob")
    url = at("profiles", draft_workflow(mail()).pk)

    page = visitor().get(url, {"q": "ann"}, headers={"HX-Request": "true"}).content.decode()

    assert "Anna Zola" in page
    assert "Bob" not in page


def test_a_message_being_written_is_rendered_without_being_saved():
    ProfileFactory(first_name="Anna")
    client, workflow = visitor(), draft_workflow(mail())
    fields = {"to": "profile", "purpose": "marketing", "consents": "NewsEmail", "source": "own"}
    fields |= {"subject": "S", "html": "<p>For {{ profile.first_name }}, {{ profile.nick }}</p>"}
    posted = {f"config-{name}": value for name, value in fields.items()}
    posted |= {"config-kind": "send_email", "config-shown": "send_email"}

    shown = post(client, workflow, at("render", workflow.pk), **posted).content.decode()
    problems = post(client, workflow, at("render", workflow.pk) + "?part=problems", **posted).content.decode()

    assert "For Anna" in shown
    assert "profile.nick" in problems
    assert workflow.draft["steps"][0]["config"]["html"] == "<p>Hi</p>"


def test_switching_off_asks_what_becomes_of_the_runs():
    client, workflow = visitor(), live_workflow(wait(), tag())
    OrderFactory(status="paid")
    dispatch()

    assert "1 run is under way" in client.get(at("switch_off", workflow.pk)).content.decode()
    response = client.post(at("switch_off", workflow.pk), {"live_runs": "stop"}, follow=True)

    workflow.refresh_from_db()
    assert workflow.status == "inactive"
    assert "1 run was stopped" in messages_of(response)
    assert Run.objects.get().reason == "deactivated"


def test_a_pause_holds_and_a_resumption_goes_on():
    client, workflow = visitor(), live_workflow(wait(), tag())
    OrderFactory(status="paid")
    dispatch()

    client.post(at("pause", workflow.pk))
    assert (Workflow.objects.get().status, Run.objects.get().status) == ("paused", "held")
    assert "1 run is held" in client.get(at("resume", workflow.pk)).content.decode()
    client.post(at("resume", workflow.pk), {"how": "shift"})

    assert (Workflow.objects.get().status, Run.objects.get().status) == ("active", "waiting")
