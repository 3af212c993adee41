import pytest

from crm.errors import Refused
from tests.factories.drafts import draft_workflow, tag
from tests.factories.people import UserFactory
from workflows.models import DraftChange, Workflow
from workflows.services.drafts import ChangedMeanwhile, save_draft, undo_change

pytestmark = pytest.mark.django_db


def renamed(workflow: Workflow, name: str) -> dict:
    return {**workflow.draft, "name": name}


def test_a_saved_draft_has_the_next_revision_and_gives_its_name():
    workflow = draft_workflow(tag())

    save_draft(workflow, document=renamed(workflow, "New name"), revision=1)

    assert (workflow.draft_revision, workflow.name) == (2, "New name")


def test_the_second_of_two_writers_is_told_who_was_first_and_changes_nothing():
    workflow = draft_workflow(tag())
    save_draft(workflow, document=renamed(workflow, "First"), revision=1, user=UserFactory(username="anna"))

    with pytest.raises(ChangedMeanwhile, match="anna"):
        save_draft(workflow, document=renamed(workflow, "Second"), revision=1)

    assert Workflow.objects.get().draft["name"] == "First"


def test_undo_brings_back_what_was_before_step_by_step():
    workflow = draft_workflow(tag(), name="One")
    save_draft(workflow, document=renamed(workflow, "Two"), revision=1, summary="two")
    save_draft(workflow, document=renamed(workflow, "Three"), revision=2, summary="three")

    assert undo_change(workflow, revision=3) == "three"
    assert workflow.name == "Two"
    assert undo_change(workflow, revision=4) == "two"
    assert (workflow.name, workflow.draft_revision) == ("One", 5)
    with pytest.raises(Refused):
        undo_change(workflow, revision=5)


def test_undo_of_what_somebody_changed_meanwhile_is_refused():
    workflow = draft_workflow(tag())
    save_draft(workflow, document=renamed(workflow, "Two"), revision=1)
    save_draft(workflow, document=renamed(workflow, "Three"), revision=2)

    with pytest.raises(ChangedMeanwhile):
        undo_change(workflow, revision=2)

    assert workflow.name == "Three"


def test_only_the_newest_changes_are_kept():
    workflow = draft_workflow(tag())

    for revision in range(1, DraftChange.KEPT + 6):
        save_draft(workflow, document=renamed(workflow, f"Name {revision}"), revision=revision)

    assert workflow.draft_changes.count() == DraftChange.KEPT
