"""Newsletters stand still when too many people complain."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actions.models import Delivery, SpamAlarm
from actions.sending import deliver
from actions.tracking.recording import Heard, record_heard
from actions.tracking.spam_rate import check_spam_rate, lift_alarm, mailing_is_broken
from crm import clock, db
from crm.errors import Invalid, Refused
from tests.actions.tracking.reading import a_sent_one, of_newsletter
from tests.crm.services.test_races import at_once
from tests.factories.deliveries import a_profile
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def sent(number: int) -> list[Delivery]:
    """Return so many messages that left."""
    first = a_sent_one()
    now = clock.now()
    common = {"status": "sent", "ended_at": now, "planned_at": now, "content_id": first.content_id, "channel": "email"}
    rows = [Delivery(profile_id=first.profile_id, recipient=f"p{n}@example.com", **common) for n in range(number - 1)]
    return [first, *db.insert_rows(rows)]


def complain(deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        record_heard(delivery, [Heard("complaint")])


@pytest.mark.parametrize(("messages", "complaints", "breaks"), [(1001, 3, False), (1000, 3, True), (334, 1, False)])
def test_three_in_a_thousand_are_too_many(messages: int, complaints: int, breaks: bool) -> None:
    complain(sent(messages)[:complaints])
    alarm = check_spam_rate()
    assert (alarm is not None) is mailing_is_broken() is breaks
    if alarm:
        assert (alarm.complaints, alarm.sent) == (complaints, messages)


def test_among_few_messages_one_complaint_is_one_person() -> None:
    few = sent(50)
    complain(few[:2])
    assert check_spam_rate() is None
    complain(few[2:3])
    assert check_spam_rate() is not None


def test_old_complaints_and_those_before_the_last_alarm_count_no_more() -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        complain(sent(10)[:3])
    assert check_spam_rate() is None
    complain(sent(10)[:3])
    alarm = check_spam_rate()
    assert alarm is not None
    assert check_spam_rate() is None
    lift_alarm(alarm, user=None, reason="an old list")
    assert check_spam_rate() is None
    assert not mailing_is_broken()


def test_newsletters_are_held_and_leave_when_the_alarm_is_lifted() -> None:
    complain(sent(10)[:3])
    alarm = check_spam_rate()
    assert alarm is not None
    now = clock.now()
    planned = {"status": "planned", "ended_at": None, "due_at": now, "planned_at": now}
    newsletter, _row = of_newsletter(**planned)
    other = a_sent_one(a_profile(), **planned)
    deliver("mail", 10)
    newsletter.refresh_from_db()
    other.refresh_from_db()
    assert (newsletter.status, newsletter.reason, other.status) == ("held", "spam_rate", "sent")
    user = UserFactory()
    assert lift_alarm(alarm, user=user, reason="an old list") == 1
    deliver("mail", 10)
    newsletter.refresh_from_db()
    assert newsletter.status == "sent"
    alarm.refresh_from_db()
    assert (alarm.lifted_by_id, alarm.reason, alarm.is_open) == (user.pk, "an old list", False)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_an_alarm_is_lifted_with_a_reason_and_once(reason: str) -> None:
    alarm = SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=10)
    with pytest.raises(Invalid):
        lift_alarm(alarm, user=None, reason=reason)
    lift_alarm(alarm, user=None, reason="known")
    with pytest.raises(Refused):
        lift_alarm(alarm, user=None, reason="known")


def test_there_is_one_open_alarm() -> None:
    SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=10)


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_raise_one_alarm() -> None:
    complain(sent(10)[:3])
    raised = at_once(lambda _n: check_spam_rate())
    assert sum(alarm is not None for alarm in raised) == 1
