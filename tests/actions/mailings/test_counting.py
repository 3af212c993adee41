"""Who would get a draft is counted piece by piece, never all within a request."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from actions.mailings import counting
from actions.mailings.counting import count_all, count_audience, count_piece, recipient_of
from actions.mailings.newsletters import schedule_newsletter
from actions.mailings.preflight import newsletter_problems
from actions.models import AudienceCount, Suppression
from crm import clock
from crm.models import Newsletter, Profile, Segment
from tests.factories.deliveries import a_profile
from tests.factories.mailings import a_newsletter, people_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PIECE", 3)


def people(number: int, **columns: Any) -> list[Profile]:
    return [a_profile(**columns) for _ in range(number)]


def test_a_small_audience_is_counted_at_once_and_anew_each_time() -> None:
    people(2, language="fr")
    newsletter = a_newsletter(segment=people_in("fr"))
    assert count_audience(newsletter).number == 2
    a_profile(language="fr")
    assert count_audience(newsletter).by_language == {"fr": 3}


@pytest.mark.usefixtures("_small_pieces")
def test_a_large_one_is_counted_by_the_scheduler(django_assert_max_num_queries: Any) -> None:
    people(7, language="fr")
    people(1, language="de")
    newsletter = a_newsletter()
    with django_assert_max_num_queries(14):
        begun = count_audience(newsletter)
    assert (begun.number, begun.found) == (None, {"fr": 3})
    assert 0 < begun.share < 100
    count_all()
    counted = count_audience(newsletter)
    assert (counted.number, counted.by_language, counted.share) == (8, {"fr": 7, "de": 1}, 100)


@pytest.mark.usefixtures("_small_pieces")
def test_nobody_is_counted_twice_by_two_schedulers() -> None:
    people(7)
    newsletter = a_newsletter()
    count_audience(newsletter)
    one, other = AudienceCount.objects.get(), AudienceCount.objects.get()
    assert count_piece(one)
    assert not count_piece(other)
    count_all()
    assert count_audience(newsletter).number == 7


@pytest.mark.usefixtures("_small_pieces")
def test_a_count_that_was_begun_anew_takes_nothing_from_the_former_one() -> None:
    people(7, language="fr")
    newsletter = a_newsletter()
    count_audience(newsletter)
    former = AudienceCount.objects.get()
    newsletter.segment = people_in("de")
    newsletter.save()
    count_audience(newsletter)
    assert not count_piece(former)
    count_all()
    assert count_audience(newsletter).number == 0


@pytest.mark.usefixtures("_small_pieces")
def test_the_former_number_is_shown_while_it_is_counted_again() -> None:
    people(7)
    newsletter = a_newsletter()
    count_audience(newsletter)
    count_all()
    people(1)
    assert count_audience(newsletter).number == 7
    with clock.at(clock.now() + timedelta(minutes=5)):
        again = count_audience(newsletter)
        assert (again.number, again.ended_at) == (7, None)
        count_all()
        assert count_audience(newsletter).number == 8


@pytest.mark.usefixtures("_small_pieces")
def test_one_that_cannot_be_counted_says_so_and_keeps_no_other_waiting() -> None:
    people(7)
    broken, fine = a_newsletter(), a_newsletter()
    count_audience(broken)
    count_audience(fine)
    segment = Segment.objects.create(name="Snake")
    Newsletter.objects.filter(pk=broken.pk).update(segment=segment)
    Segment.objects.filter(pk=segment.pk).update(rules={"rules": [{"segment": str(segment.uid)}]})
    count_all()
    assert AudienceCount.objects.get(newsletter=broken).error
    assert AudienceCount.objects.get(newsletter=fine).number == 7


def test_trouble_of_the_database_leaves_the_number_to_the_scheduler() -> None:
    people(2)

    def locked(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('SELECT "crm_profile"."id"'):
            raise OperationalError("locked")
        return execute(sql, *rest)

    newsletter = a_newsletter()
    with connection.execute_wrapper(locked):
        count = count_audience(newsletter)
    assert (count.number, count.error) == (None, "")
    count_all()
    assert AudienceCount.objects.get().number == 2


@pytest.mark.usefixtures("_small_pieces")
def test_one_may_be_sent_before_it_is_counted() -> None:
    people(7)
    newsletter = a_newsletter()
    assert newsletter_problems(newsletter)[0] == []
    assert schedule_newsletter(newsletter) is None
    assert Newsletter.objects.get().status == "scheduled"


@pytest.mark.usefixtures("_small_pieces")
def test_one_of_the_recipients_is_known_once_it_was_met() -> None:
    people(4, language="fr")
    zoe = a_profile(language="de")
    newsletter = a_newsletter(segment=people_in("de"))
    count_audience(newsletter)
    assert recipient_of(newsletter) is None
    count_all()
    assert recipient_of(newsletter) == zoe


@pytest.mark.usefixtures("_small_pieces")
def test_a_count_of_what_nobody_means_any_more_ends_and_nothing_of_the_rules_is_kept() -> None:
    people(7, language="fr")
    newsletter = a_newsletter(segment=people_in("fr"))
    count_audience(newsletter)
    assert newsletter.segment is not None
    newsletter.segment.rules["rules"][0]["config"]["value"] = "de"
    newsletter.segment.save()
    count_all()
    former = AudienceCount.objects.get()
    assert (former.number, former.ended_at is not None) == (None, True)
    assert "profile_language" not in str(AudienceCount.objects.values())
    assert count_audience(newsletter).ended_at is None
    count_all()
    assert count_audience(newsletter).number == 0


@pytest.mark.usefixtures("_small_pieces")
def test_those_left_out_are_counted_by_the_reason() -> None:
    people(2, language="fr")
    people(4, language="fr", accepts=())
    a_profile("", language="fr", accepts=())
    blocked = a_profile(language="fr")
    Suppression.objects.create(channel="email", address=blocked.email_key, reason="complaint")
    a_profile(language="de", accepts=())
    newsletter = a_newsletter(segment=people_in("fr"))
    count_audience(newsletter)
    assert AudienceCount.objects.get().why_left_out == [], "it is not counted to its end"
    count_all()
    counted = AudienceCount.objects.get()
    assert counted.number == 2
    assert counted.left_out == {"no_consent": 4, "no_address": 1, "suppressed": 1}
    assert counted.why_left_out[0] == ("None of the chosen consents is accepted.", 4)
