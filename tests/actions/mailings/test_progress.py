"""Watching a newsletter: how far it is, how fast, until when, why messages were skipped, and its course over time."""

from datetime import timedelta
from typing import Any

import pytest

from actions.mailings.course import HEIGHT, what_left, what_was_opened
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


def test_the_pictures_hold_what_left_when_and_what_people_opened(django_assert_num_queries: Any) -> None:
    began = clock.now() - timedelta(minutes=30)
    newsletter = NewsletterFactory(status="sending", began_at=began, prepared_at=began)
    for minutes_ago in (29, 29, 10):
        opened = a_sent_one(newsletter_id=newsletter.pk, minutes_ago=minutes_ago)
    a_sent_one(newsletter_id=newsletter.pk, minutes_ago=10, status="skipped")
    record_open(opened.pk, agent=PERSON)
    record_open(opened.pk, agent=ROBOT)
    with django_assert_num_queries(2):
        left, read = what_left(newsletter), what_was_opened(newsletter)
    assert left is not None
    assert read is not None
    assert [(bar.number, bar.others) for bar in left.bars if bar.number or bar.others] == [(2, 0), (1, 1)]
    assert max(bar.height + bar.others_height for bar in left.bars) == HEIGHT
    assert all(bar.x + bar.width <= 600 for bar in left.bars)
    assert [bar.number for bar in read.bars if bar.number] == [1]
    assert read.bars[-1].number == 1
    assert (left.is_empty, read.is_empty) == (False, False)


@pytest.mark.parametrize("hours", [0, 1, 48, 24 * 400])
def test_a_picture_of_any_length_has_a_readable_number_of_bars(hours: int) -> None:
    began = clock.now() - timedelta(hours=hours)
    picture = what_left(NewsletterFactory(status="sending", began_at=began))
    assert picture is not None
    assert 1 <= len(picture.bars) <= 61
    assert picture.is_empty


def test_one_that_never_began_has_no_picture() -> None:
    assert what_left(NewsletterFactory()) is None
