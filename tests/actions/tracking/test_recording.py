"""What is heard of a message is written once, in order or not, by people and machines apart."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actions.models import Delivery, Track
from actions.tracking.addresses import settle_unknown
from actions.tracking.recording import MOST, Heard, record_click, record_heard, record_open
from crm import clock
from crm.tracked import UntrackedWrite
from tests.actions.tracking.reading import PERSON, ROBOT, SHOP, a_sent_one, of_newsletter
from tests.crm.services.test_races import at_once
from triggers.models import Event, Kind


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


@pytest.mark.django_db
def test_the_first_reading_states_a_fact_and_later_ones_do_not() -> None:
    delivery, newsletter = of_newsletter()
    assert record_open(delivery.pk, agent=PERSON)
    assert record_open(delivery.pk, agent=PERSON)
    assert [track.is_first for track in Track.objects.order_by("id")] == [True, False]
    [event] = events(Kind.MESSAGE_OPENED)
    assert (event.name, event.key) == ("newsletter", f"newsletter:{newsletter.uid}")
    assert event.profile_id == delivery.profile_id
    assert event.snapshot["message"]["name"] == "March"
    assert event.snapshot["message"]["delivery"] == delivery.pk


@pytest.mark.django_db
def test_a_machine_first_leaves_the_first_reading_to_the_person() -> None:
    delivery = a_sent_one()
    assert not record_open(delivery.pk, agent=ROBOT)
    assert events(Kind.MESSAGE_OPENED) == []
    record_open(delivery.pk, agent=PERSON)
    assert len(events(Kind.MESSAGE_OPENED)) == 1
    assert Track.objects.filter(is_first=True).count() == 2


@pytest.mark.django_db
def test_each_link_is_a_fact_the_first_time_and_knows_those_before() -> None:
    delivery = a_sent_one(workflow_id=7, step_id="s1", run_id=3)
    for minutes, url in enumerate([SHOP, SHOP, "https://shop.example/b"]):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            record_click(delivery.pk, url, agent=PERSON)
    first, second = events(Kind.MESSAGE_CLICKED)
    assert (first.name, first.key) == ("workflow", "workflow:7:s1")
    assert first.snapshot["message"]["link"] == SHOP
    assert first.snapshot["message"]["earlier_links"] == []
    assert first.snapshot["message"]["run"] == 3
    assert second.snapshot["message"]["earlier_links"] == [SHOP]
    assert len(events(Kind.MESSAGE_OPENED)) == 1


@pytest.mark.django_db
def test_many_links_at_the_same_instant_are_a_machine() -> None:
    delivery = a_sent_one()
    assert record_click(delivery.pk, SHOP, agent=PERSON)
    assert not record_click(delivery.pk, "https://shop.example/b", agent=PERSON)
    assert record_click(delivery.pk, SHOP, agent=PERSON) is False
    assert len(events(Kind.MESSAGE_CLICKED)) == 1


@pytest.mark.django_db
def test_a_click_within_seconds_of_sending_is_a_machine() -> None:
    delivery = a_sent_one(minutes_ago=0)
    assert not record_click(delivery.pk, SHOP, agent=PERSON)
    assert Track.objects.get().why == "too_soon"


@pytest.mark.django_db
def test_what_is_heard_of_an_unknown_message_settles_it_before_or_after() -> None:
    after = a_sent_one(status="unknown", reason="worker_died")
    record_open(after.pk, agent=ROBOT)
    after.refresh_from_db()
    assert (after.status, after.reason) == ("sent", "")
    before = a_sent_one(status="sending", ended_at=None)
    record_heard(before, [Heard("delivered")])
    Delivery.objects.filter(pk=before.pk).update(status="unknown", ended_at=clock.now())
    before.refresh_from_db()
    settle_unknown([before])
    before.refresh_from_db()
    assert before.status == "sent"


@pytest.mark.django_db
def test_a_link_called_without_end_fills_no_table() -> None:
    delivery = a_sent_one()
    record_heard(delivery, [Heard("click", "scanner", SHOP, True) for _ in range(MOST)])
    record_click(delivery.pk, SHOP, agent=ROBOT)
    assert Track.objects.count() == MOST
    record_open(delivery.pk, agent=PERSON)
    assert Track.objects.filter(kind="open", is_first=True).exists()


@pytest.mark.django_db
def test_tracks_are_never_changed_and_the_first_is_one() -> None:
    delivery = a_sent_one()
    [track] = record_heard(delivery, [Heard("open")])
    with pytest.raises(UntrackedWrite):
        track.save()
    with pytest.raises(UntrackedWrite):
        track.delete()
    again = Track(
        delivery=delivery,
        profile_id=delivery.profile_id,
        kind="open",
        is_first=True,
        occurred_at=clock.now(),
        recorded_at=clock.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.django_db
def test_nothing_is_noted_of_a_message_that_is_gone() -> None:
    assert not record_open(10**12, agent=PERSON)
    assert not record_click(10**12, SHOP, agent=PERSON)


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_once() -> None:
    delivery = a_sent_one()
    at_once(lambda _n: record_open(delivery.pk, agent=PERSON))
    assert Track.objects.count() == 6
    assert Track.objects.filter(is_first=True).count() == 1
    assert len(events(Kind.MESSAGE_OPENED)) == 1
    at_once(lambda _n: record_click(delivery.pk, SHOP, agent=PERSON))
    assert Track.objects.filter(kind="click", is_first=True).count() == 1
    assert len(events(Kind.MESSAGE_CLICKED)) == 1
