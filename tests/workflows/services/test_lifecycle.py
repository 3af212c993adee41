"""Activation takes exactly what was previewed; versions are immutable and numbered; switching off asks."""

import pytest

from crm.errors import Refused
from crm.models import Template, TemplateText
from crm.tracked import UntrackedWrite
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, called, document, live, trigger, wait
from tests.workflows.engine.driving import call, states, work
from workflows.freezing import freeze
from workflows.models import Run, Version, Workflow
from workflows.services.drafts import create_workflow, save_draft
from workflows.services.lifecycle import ChangedSincePreview, activate, deactivate, duplicate, remove
from workflows.services.runs import stop_run, stop_runs

pytestmark = pytest.mark.django_db

POINT = {"points": 1}


def change(workflow: Workflow, points: int) -> None:
    made = {**workflow.draft, "steps": [wait(1), action("give_points", points=points)]}
    save_draft(workflow, document=made, revision=workflow.draft_revision)


def test_what_was_changed_after_the_preview_is_not_activated() -> None:
    workflow = create_workflow(name="Test", document=document(action("give_points", **POINT)))
    previewed = freeze(workflow.draft)[1]
    change(workflow, 5)
    with pytest.raises(ChangedSincePreview):
        activate(workflow, digest=previewed, user=None)
    assert not Version.objects.exists()


def test_a_template_changed_after_the_preview_counts_as_a_change() -> None:
    template = Template.objects.create(name="Hello", kind="service")
    text = TemplateText.objects.create(template=template, language="fr", subject="Bonjour", html="<p>A</p>")
    config = {"to": "team", "addresses": "team@shop.example", "source": "template", "template": str(template.uid)}
    workflow = create_workflow(name="Test", document=document(action("send_email", **config)))
    previewed = freeze(workflow.draft)[1]
    text.html = "<p>B</p>"
    text.save()
    with pytest.raises(ChangedSincePreview):
        activate(workflow, digest=previewed, user=None)


def test_what_blocks_cannot_be_activated() -> None:
    workflow = create_workflow(name="Test", document=document())
    with pytest.raises(Refused):
        activate(workflow, digest=freeze(workflow.draft)[1], user=None)


def test_a_workflow_that_starts_itself_cannot_be_activated() -> None:
    sets_city = action("set_field", field="city", mode="value", value="Lyon")
    watched = trigger("profile_updated", fields_watched=["city"])
    workflow = create_workflow(name="Test", document=document(sets_city, triggers=[watched]))
    with pytest.raises(Refused, match="starts the same workflow again"):
        activate(workflow, digest=freeze(workflow.draft)[1], user=None)


def test_versions_are_numbered_and_never_change() -> None:
    workflow = live(action("give_points", **POINT))
    change(workflow, 5)
    second = activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    assert second.number == 2
    with pytest.raises(UntrackedWrite):
        second.save()
    assert activate(workflow, digest=second.digest, user=None) == second


def test_replacing_a_version_may_stop_the_runs_of_the_old_one() -> None:
    workflow = live(wait(1), action("give_points", **POINT))
    call(ProfileFactory())
    work()
    change(workflow, 5)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None, live_runs="stop")
    assert states() == [("stopped", "replaced")]


@pytest.mark.parametrize(("choice", "expected"), [("finish", ("waiting", "")), ("stop", ("stopped", "deactivated"))])
def test_switching_off_lets_runs_finish_or_stops_them(choice, expected) -> None:
    workflow = live(wait(1), action("give_points", **POINT))
    call(ProfileFactory())
    work()
    deactivate(workflow, live_runs=choice)
    assert states() == [expected]
    call(ProfileFactory())
    work()
    assert Run.objects.count() == 1


def test_a_live_workflow_is_not_removed_one_that_ran_is_archived_a_draft_deleted() -> None:
    workflow = live(action("give_points", **POINT))
    with pytest.raises(Refused):
        remove(workflow)
    deactivate(workflow)
    assert remove(workflow) is False
    workflow.refresh_from_db()
    assert workflow.status == "archived"
    assert remove(duplicate(workflow)) is True


def test_stopping_by_key_and_by_profile() -> None:
    live(wait(1), action("give_points", **POINT))
    live(wait(1), action("give_points", **POINT), triggers=[called("other")])
    first, second = ProfileFactory(), ProfileFactory()
    for profile, key in ((first, "a"), (first, "b"), (second, "a")):
        call(profile, key=key)
    call(first, "other", key="a")
    work()
    assert stop_runs("go", key="a", profile=second) == 1
    assert stop_runs("go", key="a") == 1
    assert stop_runs("go", profile=first) == 1
    assert stop_runs("go", key="a") == 0
    assert [state for state, _reason in states()] == ["stopped", "stopped", "stopped", "waiting"]


def test_a_run_is_stopped_by_hand_once() -> None:
    live(wait(1), action("give_points", **POINT))
    call(ProfileFactory())
    work()
    run = Run.objects.get()
    assert stop_run(run) is True
    assert stop_run(run) is False
    workflow = Workflow.objects.get()
    assert (workflow.under_way, workflow.stopped) == (0, 1)
