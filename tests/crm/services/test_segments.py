"""Segments are saved whole or not at all, and counted."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from crm.errors import Invalid
from crm.models import Segment
from crm.services.segments import archive_segment, count_segments, profiles_in, save_segment, segments_with
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory

FRENCH = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}}


def inside(segment: Segment) -> dict[str, Any]:
    return {"kind": "in_segment", "config": {"segment": str(segment.uid)}}


@pytest.mark.django_db
def test_a_segment_is_saved_with_cleaned_rules() -> None:
    segment = save_segment(Segment(), name=" French ", rules={"rules": [{**FRENCH, "more": 1}], "else": 2})
    segment.refresh_from_db()
    assert segment.name == "French"
    assert segment.rules == {"mode": "all", "rules": [{**FRENCH, "schema": 1, "negated": False}]}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "rules"), [("", {}), ("x" * 121, {}), ("a\0", {}), ("a", {"rules": [{"kind": "x"}]})])
def test_what_makes_no_segment_is_refused_and_nothing_is_written(name: str, rules: Any) -> None:
    with pytest.raises(Invalid):
        save_segment(Segment(), name=name, rules=rules)
    assert not Segment.objects.exists()


@pytest.mark.django_db
def test_a_change_by_which_a_segment_would_contain_itself_is_refused_by_name() -> None:
    first, second, third = SegmentFactory(name="A"), SegmentFactory(name="B"), SegmentFactory(name="C")
    save_segment(second, name="B", rules={"rules": [inside(first)]})
    save_segment(third, name="C", rules={"rules": [{"mode": "any", "rules": [inside(second)]}]})
    for rules, way in (({"rules": [inside(third)]}, "A → C → B → A"), ({"rules": [inside(first)]}, "A → A")):
        with pytest.raises(Invalid, match=f"itself: {way}"):
            save_segment(first, name="A", rules=rules)
    first.refresh_from_db()
    assert first.rules == {}
    assert segments_with(first) == [second]


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_make_no_circle() -> None:
    first, second = SegmentFactory(name="A"), SegmentFactory(name="B")
    together, refused = Barrier(2), []

    def change(segment: Segment, other: Segment) -> None:
        together.wait()
        try:
            save_segment(segment, name=segment.name, rules={"rules": [inside(other)]})
        except Invalid as error:
            refused.append(error.message)
        finally:
            connection.close()

    threads = [Thread(target=change, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


@pytest.mark.django_db
def test_segments_in_use_are_counted_and_the_history_keeps_no_counts() -> None:
    ProfileFactory(language="fr")
    ProfileFactory(language="en")
    french, old = SegmentFactory(rules={"rules": [FRENCH]}), SegmentFactory()
    broken = SegmentFactory(rules={"rules": [{"kind": "gone"}]})
    archive_segment(old)
    count_segments()
    for segment in (french, old, broken):
        segment.refresh_from_db()
    assert [french.size, old.size, broken.size] == [1, None, None]
    assert french.counted_at is not None
    assert french.history.count() == 1


@pytest.mark.django_db
def test_an_erased_profile_is_in_no_segment() -> None:
    kept, erased = ProfileFactory(), ProfileFactory()
    erased.erased_at = erased.created_at
    erased.save()
    assert list(profiles_in(SegmentFactory())) == [kept]
