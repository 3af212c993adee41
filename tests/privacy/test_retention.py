"""What is old is cleared by age, a little at a time, and all promises hold afterwards."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Delivery, MailboxMessage
from crm import clock
from crm.models import RetentionRule
from crm.retention import RetentionClass, classes, days_of, retention_classes
from crm.services.retention import choose_days, clear_old, clear_old_data
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.points import give_points
from tests.factories.sales import OrderFactory
from tests.factories.workflows import action, live, wait
from tests.workflows.engine.driving import call, work, work_in
from triggers.models import Event
from workflows.models import Entry, Journal, Run

pytestmark = pytest.mark.django_db

YEARS = timedelta(days=365 * 5)


def a_history() -> None:
    """Let a workflow send a mail and give points, and refuse a second start."""
    a_definition()
    own = {"source": "own", "subject": "Hello", "html": "<p>{{ data.note }}</p>", "text": ""}
    live(
        action("send_email", to="profile", purpose="marketing", consents=["NewsEmail"], **own),
        action("give_points", points=5, reason=""),
        limit={"mode": "total", "count": 1, "alone": False},
    )
    profile = a_profile("zoe@example.com")
    call(profile, note="secret")
    call(profile, key="2", note="secret")
    OrderFactory(profile=profile, status="paid")
    give_points(profile, 3)
    work()


def clear_all() -> None:
    for one in classes():
        clear_old(one, for_seconds=60)


def the(kind: str) -> RetentionClass:
    return next(one for one in classes() if one.kind == kind)


def test_what_is_young_stays() -> None:
    a_history()
    rows = Event.objects.count()
    clear_all()
    assert (Event.objects.count(), MailboxMessage.objects.count()) == (rows, 1)
    assert Event.objects.filter(snapshot__note="secret").exists()
    assert Delivery.objects.exclude(context={}).exists()


def test_what_is_old_goes_and_figures_and_promises_stay() -> None:
    a_history()
    with clock.at(clock.now() + YEARS):
        clear_all()
        clear_all()  # events whose refusals went in the first turn
        call_command("reconcile")
    run = Run.objects.get()
    delivery = Delivery.objects.get()
    assert (run.workflow.total, run.workflow.succeeded, run.data) == (1, 1, {})
    assert (delivery.status, delivery.context, delivery.recipient) == ("sent", {}, f"#{run.profile_id}")
    assert not Journal.objects.exclude(saw={}).exists()
    assert not Entry.objects.filter(outcome="refused").exists()
    assert Entry.objects.filter(outcome="started").count() == 1
    assert list(Event.objects.values_list("id", "snapshot")) == [(run.event_id, {})]
    assert not MailboxMessage.objects.exists()


def test_limits_still_count_what_was_cleared() -> None:
    a_history()
    with clock.at(clock.now() + YEARS):
        clear_all()
        call(a_profile("zoe@example.com"), key="3")
        work()
    assert Run.objects.count() == 1
    assert Entry.objects.filter(reason="limit").count() == 1


def test_what_a_run_under_way_needs_waits_until_it_ended() -> None:
    live(wait(52 * 4, "weeks"), action("give_points", points=1, reason=""))
    call(a_profile("zoe@example.com"), note="secret")
    work()
    with clock.at(clock.now() + timedelta(days=365 * 3 + 100)):
        clear_all()
        assert Event.objects.filter(snapshot__note="secret").exists()
    work_in(weeks=52 * 4 + 1)
    with clock.at(clock.now() + YEARS):
        clear_all()
    assert not Event.objects.filter(snapshot__note="secret").exists()


def test_somebodys_choice_counts_and_for_ever_is_one() -> None:
    a_history()
    choose_days("mailbox", None)
    choose_days("event_details", 40)
    with clock.at(clock.now() + timedelta(days=41)):
        clear_all()
    assert (days_of(the("mailbox")), days_of(the("event_details"))) == (None, 40)
    assert MailboxMessage.objects.count() == 1
    assert not Event.objects.filter(snapshot__note="secret").exists()
    assert RetentionRule.objects.get(kind="event_details").cleared > 0
    assert RetentionRule.history.count() == 2


def test_a_turn_ends_and_the_next_goes_on_from_there() -> None:
    profile = a_profile("zoe@example.com")
    for number in range(5):
        call(profile, key=str(number), note="secret")
    work()
    with clock.at(clock.now() + YEARS):
        assert clear_old(the("event_details"), for_seconds=0) == 0
        clear_old_data()
        cleared = RetentionRule.objects.get(kind="event_details").cleared
        clear_old_data()
        assert RetentionRule.objects.get(kind="event_details").cleared == cleared


def test_a_turn_with_nothing_to_do_asks_few_questions() -> None:
    clear_old_data()
    with CaptureQueriesContext(connection) as captured:
        clear_old_data()
    assert len(captured) <= 14 * len(retention_classes), len(captured)


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.kind)
def test_each_class_says_what_it_is_and_how_much_there_is(one: RetentionClass) -> None:
    a_history()
    assert one.label
    assert one.meaning
    assert one.how_many() >= 0
    one.oldest()
    assert one.days is None or one.days >= one.least
