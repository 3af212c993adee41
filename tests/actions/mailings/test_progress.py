"""Watching a newsletter: how far it is, how fast, until when, why messages were skipped, and its course over time."""

from datetime import timedelta
from typing import Any

import pytest

from actions.mailings.course import HEIGHT, course_of
from actions.mailings.newsletters import pause_newsletter
from actions.mailings.progress import Progress, with_progress
from actions.models import Delivery
from actions.tracking.recording import record_open
from crm import clock
from crm.models import Newsletter
from tests.actions.tracking.reading import PERSON, ROBOT, a_sent_one
from tests.factories.deliveries import a_profile
from tests.factories.mailings import a_newsletter, a_prepared_newsletter
from tests.factories.messages import NewsletterFactory

pytestmark = pytest.mark.django_db
Status = Newsletter.Status


def under_way(**ended: int) -> Newsletter:
    """Return a newsletter to ten people, of whose messages some have ended just now."""
    for _ in range(10):
        a_profile()
    newsletter = a_prepared_newsletter()
    ids = iter(Delivery.objects.filter(newsletter_id=newsletter.pk).values_list("pk", flat=True))
    for status, number in ended.items():
        some = [next(ids) for _ in range(number)]
        Delivery.objects.filter(pk__in=some).update(status=status, ended_at=clock.now(), reason="no_consent")
    return newsletter


def test_all_of_it_is_told(django_assert_num_queries: Any) -> None:
    newsletter = under_way(sent=3, skipped=2, failed=1, unknown=1)
    with django_assert_num_queries(5):
        progress = Progress.of(newsletter)
    figures = progress.figures
    assert (figures.planned, figures.sent, figures.skipped, figures.failed, figures.unknown) == (10, 3, 2, 1, 1)
    assert (figures.ended, figures.waiting, progress.sent, progress.prepared) == (7, 3, 70, 100)
    assert progress.skipped == [("no_consent", 2)]


def test_the_end_is_told_from_the_rate_of_the_last_minute() -> None:
    newsletter = under_way(sent=6)
    progress = Progress.of(newsletter)
    assert progress.per_minute == 6
    assert progress.ends_at is not None
    assert timedelta(seconds=30) < progress.ends_at - clock.now() < timedelta(seconds=41)
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert (Progress.of(newsletter).per_minute, Progress.of(newsletter).ends_at) == (0, None)


def test_nobody_knows_when_a_paused_one_ends() -> None:
    newsletter = under_way(sent=6)
    pause_newsletter(newsletter)
    assert Progress.of(newsletter).ends_at is None


def test_lists_say_how_far_those_are_that_are_under_way(django_assert_num_queries: Any) -> None:
    newsletter, draft = under_way(sent=4), a_newsletter()
    with django_assert_num_queries(1):
        found = {row.pk: row.done for row in with_progress(Newsletter.objects.all())}  # type: ignore[attr-defined]
    assert found == {newsletter.pk: 4, draft.pk: None}


def test_the_course_holds_what_left_when_and_what_people_opened(django_assert_num_queries: Any) -> None:
    began = clock.now() - timedelta(minutes=30)
    newsletter = NewsletterFactory(status="sending", began_at=began, prepared_at=began)
    for minutes_ago in (29, 29, 10):
        opened = a_sent_one(newsletter_id=newsletter.pk, minutes_ago=minutes_ago)
    a_sent_one(newsletter_id=newsletter.pk, minutes_ago=10, status="skipped")
    record_open(opened.pk, agent=PERSON)
    record_open(opened.pk, agent=ROBOT)
    with django_assert_num_queries(2):
        bars = course_of(newsletter)
    assert sum(bar.sent for bar in bars) == 3
    assert [(bar.sent, bar.lost) for bar in bars if bar.sent or bar.lost] == [(2, 0), (1, 1)]
    assert [bar.opened for bar in bars if bar.opened] == [1]
    assert bars[-1].opened == 1
    assert max(bar.sent_height + bar.lost_height for bar in bars) == HEIGHT
    assert all(bar.x + bar.width <= 600 for bar in bars)


@pytest.mark.parametrize("hours", [0, 1, 48, 24 * 400])
def test_the_course_of_any_length_has_a_readable_number_of_bars(hours: int) -> None:
    began = clock.now() - timedelta(hours=hours)
    newsletter = NewsletterFactory(status="sending", began_at=began)
    assert 1 <= len(course_of(newsletter)) <= 61


def test_one_that_never_began_has_no_course() -> None:
    assert course_of(NewsletterFactory()) == []
