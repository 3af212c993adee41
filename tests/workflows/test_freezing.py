"""Activation freezes the content of segments into the version, and takes only what was previewed."""

import pytest

from crm.conditions.ask import Subject, answer
from crm.conditions.base import EventView
from crm.errors import Refused
from crm.services.segments import archive_segment, save_segment
from tests.factories.drafts import block, condition, draft_workflow, live_workflow, points
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory
from workflows.freezing import freeze
from workflows.services.lifecycle import activate
from workflows.validation import check_document

pytestmark = pytest.mark.django_db

FRENCH = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}}


def test_a_version_keeps_the_rules_of_a_segment_and_of_those_inside_it():
    inner = SegmentFactory(name="French", rules={"rules": [FRENCH]})
    outer = SegmentFactory(name="Outer", rules={"rules": [{"segment": str(inner.uid)}]})
    workflow = live_workflow(block("c", condition("in_segment", segment=str(outer.uid)), yes=[points()]))
    profile = ProfileFactory(language="fr")

    save_segment(inner, name="English", rules={"rules": [{**FRENCH, "negated": True}]})
    archive_segment(outer)

    asked = workflow.version.definition["steps"][0]["conditions"][0]
    question = [(asked["kind"], asked["config"], False)]
    assert answer(question, {1: Subject(profile.pk, EventView("order_paid", profile.pk))})[1].holds


def test_a_segment_that_changed_since_the_preview_is_not_activated():
    segment = SegmentFactory(rules={"rules": [FRENCH]})
    workflow = draft_workflow(block("c", condition("in_segment", segment=str(segment.uid)), yes=[points()]))
    previewed = freeze(workflow.draft)[1]

    save_segment(segment, name=segment.name, rules={})

    with pytest.raises(Refused):
        activate(workflow, digest=previewed, user=None)


def test_a_draft_may_not_ask_for_a_segment_that_is_archived_or_contains_itself():
    archived, circular = SegmentFactory(is_archived=True), SegmentFactory(name="Round")
    circular.rules = {"rules": [{"segment": str(circular.uid)}]}
    circular.save()

    for segment, reason in ((archived, "valid choice"), (circular, "Round → Round")):
        workflow = draft_workflow(block("c", condition("in_segment", segment=str(segment.uid)), yes=[points()]))
        assert any(reason in problem.message for problem in check_document(workflow.draft))
