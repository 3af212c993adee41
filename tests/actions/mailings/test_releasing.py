"""A newsletter leaves at the pace of the mail server or at its own; paused, nothing leaves, and nobody is lost."""

from datetime import timedelta

import pytest

from actions.caps import forget_caps
from actions.mailings.newsletters import cancel_newsletter, pause_newsletter, resume_newsletter
from actions.mailings.releasing import LEAST_AHEAD, release, release_all
from actions.models import Delivery, FrequencyCap, MailboxMessage, SpamAlarm
from actions.models.delivery import Status
from actions.sending import deliver
from crm import clock
from crm.models import Newsletter
from crm.reconciliation import promises
from crm.services.consents import set_consent
from tests.factories.deliveries import BY_HAND, NOON, a_definition, a_delivery, a_profile
from tests.factories.mailings import a_prepared_newsletter, recipients

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    statuses = list(Delivery.objects.values_list("status", flat=True))
    return {status: statuses.count(status) for status in set(statuses)}


def received() -> list[str]:
    return sorted(MailboxMessage.objects.values_list("recipient", flat=True))


def a_newsletter_to(number: int, **columns: int) -> Newsletter:
    for _ in range(number):
        a_profile()
    return a_prepared_newsletter(**columns)


def test_it_is_sent_when_the_last_message_has_ended() -> None:
    newsletter = a_newsletter_to(3)
    release_all()
    deliver("mail", 10)
    release_all()
    newsletter.refresh_from_db()
    assert (newsletter.status, counts()) == (Newsletter.Status.SENT, {Status.SENT: 3})
    assert received() == recipients(newsletter_id=newsletter.pk)
    assert [finding for each in promises() for finding in each.check()] == []


def test_a_newsletter_to_nobody_is_sent() -> None:
    newsletter = a_newsletter_to(1)
    Delivery.objects.all().delete()
    release_all()
    newsletter.refresh_from_db()
    assert newsletter.status == Newsletter.Status.SENT


def test_no_more_is_let_go_than_leaves_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.mailings.releasing.LEAST_AHEAD", 2)
    newsletter = a_newsletter_to(9)
    assert (release(newsletter), release(newsletter)) == (2, 0)
    deliver("mail", 10)
    assert release(newsletter) == 2
    deliver("mail", 10)
    assert release(newsletter) == 4  # so many left in the last seconds
    order = a_delivery()
    with clock.at(clock.now() + timedelta(seconds=1)):
        deliver("mail", 10)
    order.refresh_from_db()
    assert order.status == Status.SENT
    assert LEAST_AHEAD > 0


def test_a_throttle_holds_in_every_minute() -> None:
    with clock.at(NOON):
        newsletter = a_newsletter_to(40, per_minute=12)
    for second in range(0, 300, 5):
        with clock.at(NOON + timedelta(seconds=second)):
            release(newsletter)
            deliver("mail", 50)
    times = sorted(Delivery.objects.filter(status=Status.SENT).values_list("ended_at", flat=True))
    assert len(times) == 40
    for begin in times:
        assert begin is not None
        assert sum(begin <= at < begin + timedelta(minutes=1) for at in times if at) <= 12


def test_a_throttle_does_not_burst_when_workers_come_back() -> None:
    with clock.at(NOON):
        newsletter = a_newsletter_to(40, per_minute=12)
    for second in range(0, 600, 5):
        with clock.at(NOON + timedelta(seconds=second)):
            release(newsletter)
    with clock.at(NOON + timedelta(seconds=600)):
        release(newsletter)
        assert deliver("mail", 50) <= 12


def test_a_pause_holds_what_was_let_go_and_resuming_sends_it_once() -> None:
    newsletter = a_newsletter_to(4)
    release(newsletter)
    pause_newsletter(newsletter, reason="Too many complaints")
    deliver("mail", 10)
    release_all()
    assert (received(), counts()) == ([], {Status.HELD: 4})
    assert Newsletter.objects.get().note == "Too many complaints"

    resume_newsletter(newsletter)
    release_all()
    deliver("mail", 10)
    release_all()
    assert received() == recipients(newsletter_id=newsletter.pk)
    assert Newsletter.objects.get().status == Newsletter.Status.SENT


def test_behind_what_a_guard_holds_nothing_is_let_go() -> None:
    newsletter = a_newsletter_to(3)
    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(reason="paused")
    release_all()
    assert counts() == {Status.HELD: 3}
    Delivery.objects.filter(pk=first.pk).update(status=Status.PLANNED, reason="")
    release(newsletter)
    assert counts() == {Status.PLANNED: 3}


def test_an_alarm_holds_everything_back_and_what_it_held_goes_on_afterwards() -> None:
    newsletter = a_newsletter_to(3)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(reason="spam_rate")
    alarm = SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=100)
    release(newsletter)
    assert counts() == {Status.HELD: 3}
    SpamAlarm.objects.filter(pk=alarm.pk).update(is_open=False, lifted_at=clock.now())
    release(newsletter)
    assert counts() == {Status.PLANNED: 3}


def test_cancelled_nothing_leaves_any_more() -> None:
    newsletter = a_newsletter_to(3)
    release(newsletter)
    held = Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk)
    held.update(status=Status.HELD)
    cancel_newsletter(newsletter)
    release_all()
    deliver("mail", 10)
    release_all()
    newsletter.refresh_from_db()
    assert (received(), counts()) == ([], {Status.SKIPPED: 3})
    assert newsletter.ended_at is not None
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"newsletter_cancelled"}


def test_who_refused_since_it_was_prepared_is_skipped() -> None:
    newsletter = a_newsletter_to(2)
    refused = Delivery.objects.earliest("pk").profile
    set_consent(refused, definition=a_definition(), status="refused", cause=BY_HAND)
    release(newsletter)
    deliver("mail", 10)
    assert counts() == {Status.SENT: 1, Status.SKIPPED: 1}
    assert Delivery.objects.get(status=Status.SKIPPED).reason == "no_consent"


def test_what_was_put_off_comes_back_at_the_pace_of_the_newsletter() -> None:
    with clock.at(NOON):
        newsletter = a_newsletter_to(30, per_minute=6)
    again = NOON + timedelta(hours=2)
    some = list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[:15])
    Delivery.objects.filter(pk__in=some).update(put_off_at=NOON, due_at=again, reason="waits_for_cap")
    for minute in (0, 60, 119):
        with clock.at(NOON + timedelta(minutes=minute)):
            release(newsletter)
            assert not Delivery.objects.filter(pk__in=some).exclude(status=Status.HELD).exists()
    for second in range(0, 240, 5):
        with clock.at(again + timedelta(seconds=second)):
            release(newsletter)
            deliver("mail", 50)
    times = sorted(Delivery.objects.filter(pk__in=some).values_list("ended_at", flat=True))
    assert all(times)
    for begin in times:
        assert begin is not None
        assert sum(begin <= at < begin + timedelta(minutes=1) for at in times if at) <= 6


def test_a_guard_that_puts_a_newsletter_off_gives_it_back_to_the_newsletter() -> None:
    FrequencyCap.objects.create(channel="email", most=1, every=1, unit="days", over="wait", wait_hours=48)
    forget_caps()
    with clock.at(NOON):
        profile = a_profile()
        a_delivery(profile)
        deliver("mail", 10)
        newsletter = a_prepared_newsletter()
        release_all()
        deliver("mail", 10)
    waiting = Delivery.objects.get(newsletter_id=newsletter.pk)
    assert (waiting.status, waiting.reason, waiting.put_off_at) == (Status.HELD, "waits_for_cap", NOON)
    with clock.at(NOON + timedelta(hours=25)):
        release_all()
        deliver("mail", 10)
        release_all()
    newsletter.refresh_from_db()
    assert newsletter.status == Newsletter.Status.SENT
    assert Delivery.objects.get(newsletter_id=newsletter.pk).status == Status.SENT


def test_a_cancelled_newsletter_skips_what_was_put_off() -> None:
    newsletter = a_newsletter_to(2)
    Delivery.objects.update(put_off_at=clock.now(), due_at=clock.now() + timedelta(days=1))
    cancel_newsletter(newsletter)
    release_all()
    assert counts() == {Status.SKIPPED: 2}
