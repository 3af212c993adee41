"""How far segments go: what a form holds, what is counted while one waits, and what still goes by an archived one."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DataError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import Segment
from crm.services.segments import count_new_segments, count_segment, save_segment
from tests.crm.admin.test_segments import FRENCH, LIST, french, page_of, posted
from tests.factories.messages import NewsletterFactory, SegmentFactory
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, check, condition, live

pytestmark = pytest.mark.django_db


def test_at_its_limit_the_form_keeps_what_was_typed_and_says_so(admin: Client) -> None:
    typed: dict[str, Any] = {}
    for number in range(1, 201):
        typed |= french(f"c{number}")
    typed["c200-value"] = "de"
    data = posted(*(f"c{number}" for number in range(1, 201)), **typed)
    for pressed in ("add", "group"):
        page = admin.post(reverse("admin:crm_segment_add"), {**data, pressed: "g0"}).content.decode()
        assert "A segment asks at most 200 things." in page
        assert len(re.findall(r'name="node" value="c\d+"', page)) == 200
        assert 'value="de" selected' in page
        assert 'value="Audience"' in page
    assert admin.post(reverse("admin:crm_segment_add"), {**data, "save": "1"}).status_code == 302
    one_more = {**data, "node": [*data["node"], "c201"], **french("c201"), "save": "1"}
    page = admin.post(reverse("admin:crm_segment_add"), one_more).content.decode()
    assert "These rules ask too much: split them." in page
    assert len(re.findall(r'name="node" value="c\d+"', page)) == 201
    assert Segment.objects.count() == 1


def test_a_segment_that_the_database_cannot_count_is_saved_and_logged(admin: Client) -> None:
    def broken(execute: Any, sql: str, *rest: Any) -> Any:
        if "COUNT(" in sql and "crm_profile" in sql:
            raise DataError("out of range")
        return execute(sql, *rest)

    with connection.execute_wrapper(broken):
        admin.post(reverse("admin:crm_segment_add"), posted("c1", save="1", **french()))
    segment = Segment.objects.get()
    assert (segment.size, segment.counted_at) == (None, None)
    assert LogEntry.objects.get().object_id == str(segment.pk)


def test_groups_end_somewhere_and_the_form_says_where(admin: Client) -> None:
    names = [f"g{number}" for number in range(1, 20)]
    inside = {f"{name}-in": f"g{number}" for number, name in enumerate(names)}
    page = admin.post(reverse("admin:crm_segment_add"), posted(*names, **inside, group="g19")).content.decode()
    assert "Groups are nested at most 20 deep." in page
    assert re.findall(r'name="node" value="(\w+)"', page) == ["g0", *names]


def test_saving_and_opening_count_no_further_than_a_limit_and_the_scheduler_counts_the_rest(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.services.segments.MOST_AT_ONCE", 2)
    ProfileFactory.create_batch(3, language="fr")
    with CaptureQueriesContext(connection) as captured:
        admin.post(reverse("admin:crm_segment_add"), posted("c1", save="1", **french()))
        segment = Segment.objects.get()
        admin.get(page_of(segment))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"] and "crm_profile" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 3" in counts[0]
    assert (segment.size, segment.counted_at) == (None, None)
    assert "It is being counted." in admin.get(page_of(segment)).content.decode()
    count_new_segments()
    segment.refresh_from_db()
    assert segment.size == 3


def test_other_rules_make_the_old_number_void_and_a_count_of_the_old_ones_is_not_kept() -> None:
    ProfileFactory(language="fr")
    segment = save_segment(Segment(), name="A", rules={"rules": [FRENCH]})
    count_new_segments()
    stale = Segment.objects.get()
    assert stale.size == 1
    save_segment(Segment.objects.get(), name="A", rules={"rules": [{**FRENCH, "negated": True}]})
    count_segment(stale)
    segment.refresh_from_db()
    assert (segment.size, segment.counted_at) == (None, None)
    count_new_segments()
    segment.refresh_from_db()
    assert segment.size == 0


def test_why_a_segment_cannot_be_counted_is_said_in_the_list_and_on_its_page(admin: Client) -> None:
    segment = SegmentFactory(rules={"rules": [{"kind": "gone"}]})
    count_new_segments()
    assert "cannot be counted" in admin.get(reverse(LIST)).content.decode()
    assert "A segment cannot ask this: gone." in admin.get(page_of(segment)).content.decode()


def test_what_still_goes_by_a_segment_is_said_when_it_is_archived(admin: Client) -> None:
    segment = SegmentFactory(name="French")
    SegmentFactory(name="Around", rules={"rules": [{"segment": str(segment.uid)}]})
    NewsletterFactory(name="Spring", segment=segment)
    NewsletterFactory(name="Winter", segment=segment, status="sent")
    points = action("give_points", points=1, reason="")
    live(check(condition("in_segment", segment=str(segment.uid)), yes=[points]), name="Welcome")
    live(points, name="Other")
    for page in (admin.get(page_of(segment)), admin.post(page_of(segment, "archive"), follow=True)):
        shown = page.content.decode()
        assert all(name in shown for name in ("Around", "Spring", "Welcome"))
        assert "Winter" not in shown
        assert "Other" not in shown
    assert "It is still used, and goes on there as before: “Around”, “Spring”, “Welcome”." in shown
    again = admin.post(page_of(segment, "archive"), follow=True).content.decode()
    assert "goes on there as before" not in again
