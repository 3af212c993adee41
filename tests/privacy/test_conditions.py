"""Conditions that compare with an address of an erased person lose it, and decide about everybody else as before."""

from datetime import timedelta

import pytest

from crm import clock
from crm.conditions.segments import segment_q
from crm.models import Profile, Segment
from crm.personal import Subject
from crm.personal.audiences import SegmentRules
from crm.services.erasure import carry_on_erasures, erase_profile
from crm.services.segments import count_segment
from tests.factories.causes import BY_HAND
from tests.factories.deliveries import a_profile
from tests.factories.drafts import draft_workflow
from tests.factories.people import UserFactory
from tests.factories.workflows import action, check, condition, live
from workflows.freezing import freeze
from workflows.models import DraftChange, Workflow
from workflows.personal_conditions import FormerDrafts
from workflows.services.drafts import ChangedMeanwhile, save_draft, undo_change

pytestmark = pytest.mark.django_db

ZOE = "zoe@example.com"


def asks(field: str, operator: str, value: str, *, negated: bool = False) -> dict[str, object]:
    return condition("profile_field", field=field, type="text", operator=operator, value=value, negated=negated)


@pytest.mark.parametrize("negated", [True, False])
def test_a_segment_holds_the_same_others_as_before(negated: bool) -> None:
    zoe, ann = a_profile(ZOE), a_profile("ann@example.com")
    segment = Segment.objects.create(
        name="x", rules={"mode": "all", "rules": [asks("email", "is", ZOE, negated=negated)]}
    )
    erase_profile(zoe, cause=BY_HAND)
    segment.refresh_from_db()
    members = Profile.objects.filter(segment_q(segment.rules), erased_at=None)
    assert list(members) == ([ann] if negated else [])
    assert ZOE not in str(list(Segment.history.values()))


@pytest.mark.parametrize("address", [ZOE, "zoé@example.com", "zoé\"o'neil%_@example.com", "ZOÉ\\1@EXAMPLE.COM"])
def test_only_rows_that_hold_their_address_are_looked_through_however_it_is_spelt(address: str) -> None:
    named, _other = [
        Segment.objects.create(name=text, rules={"mode": "all", "rules": [asks("email", "is", text)]})
        for text in (address.swapcase(), "ann@elsewhere.example")
    ]
    found = SegmentRules().rows(Subject(1, frozenset({address})))
    assert list(found) == [named]
    assert not SegmentRules().rows(Subject(1)).exists()


def test_a_form_that_was_open_meanwhile_does_not_write_the_person_back_and_the_segment_is_counted_anew() -> None:
    zoe = a_profile(ZOE)
    rules = {"mode": "all", "rules": [asks("email", "is", ZOE)]}
    segment, other = (Segment.objects.create(name=name, rules=made) for name, made in (("x", rules), ("y", {})))
    for one in (segment, other):
        count_segment(one)
    stood = [one.updated_at for one in (segment, other)]
    with clock.at(clock.now() + timedelta(minutes=1)):
        erase_profile(zoe, cause=BY_HAND)
    for one in (segment, other):
        one.refresh_from_db()
    assert (segment.updated_at > stood[0], segment.counted_at) == (True, None)
    assert (other.updated_at, other.counted_at is None) == (stood[1], False)


def test_an_id_that_looks_like_a_tag_or_an_amount_is_taken_out_of_conditions_about_ids_only() -> None:
    zoe = a_profile(ZOE)
    zoe.external_id = "1000"
    zoe.save()
    rules = [asks("external_id", "is", "1000"), asks("postcode", "is", "1000"), condition("has_tag", tags=["1000"])]
    segment = Segment.objects.create(name="x", rules={"mode": "all", "rules": rules})
    erase_profile(zoe, cause=BY_HAND)
    segment.refresh_from_db()
    assert segment.rules["rules"] == [asks("external_id", "is", "(erased)"), *rules[1:]]


def test_a_version_stays_the_one_that_its_draft_would_make_and_its_actions_are_left_alone() -> None:
    zoe = a_profile(ZOE)
    team = action("notify_team", users=[], addresses=[ZOE], subject="x", text="x")
    workflow = live(check(asks("email", "is", ZOE), yes=[team]))
    erase_profile(zoe, cause=BY_HAND)
    workflow.refresh_from_db()
    assert workflow.version is not None
    assert freeze(workflow.draft)[1] == workflow.version.digest
    [step] = workflow.version.definition["steps"]
    assert step["conditions"][0]["config"]["value"] == "(erased)"
    assert step["yes"][0]["config"]["addresses"] == [ZOE]


def test_a_draft_that_was_read_before_is_not_saved_over_it_and_undo_brings_nobody_back() -> None:
    zoe = a_profile(ZOE)
    workflow = draft_workflow(check(asks("email", "is", ZOE)))
    stale, former_name = {**workflow.draft, "name": "Stale"}, workflow.name
    save_draft(workflow, document={**workflow.draft, "name": "New"}, revision=1, user=UserFactory(username="anna"))
    erase_profile(zoe, cause=BY_HAND)
    with pytest.raises(ChangedMeanwhile, match="Somebody"):
        save_draft(workflow, document=stale, revision=2)
    undo_change(workflow, revision=workflow.draft_revision)
    assert workflow.name == former_name
    assert workflow.draft["steps"][0]["conditions"][0]["config"]["value"] == "(erased)"


def test_an_undo_between_two_pieces_brings_nobody_back(monkeypatch: pytest.MonkeyPatch) -> None:
    zoe = a_profile(ZOE)
    for workflow in (draft_workflow(check(asks("email", "is", ZOE))) for _ in range(2)):
        save_draft(workflow, document={**workflow.draft, "steps": []}, revision=1)
    monkeypatch.setattr(FormerDrafts, "batch", 1)
    erase_profile(zoe, cause=BY_HAND, for_seconds=0)
    undo_change(workflow, revision=workflow.draft_revision)
    carry_on_erasures()
    assert ZOE not in str(list(Workflow.objects.values("draft")) + list(DraftChange.objects.values("before")))
