"""Leases, late zombies, dead workers and rows that kill."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.channels.results import Sent
from actions.models import Delivery, InHand
from actions.models.delivery import Status
from actions.sending import deliver, sweep
from actions.sending.leases import Lease
from actions.sending.turns import Attempt, take_turn
from actions.signals import deliveries_ended
from crm import clock
from tests.actions.smtp_sink import Sink
from tests.factories.deliveries import a_delivery
from tests.factories.integrations import a_whatsapp_message, an_sms

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def sent_again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def die(status: str) -> None:
    """Leave everything as a worker leaves it that is killed."""
    Delivery.objects.filter(status__in=[Status.LEASED, Status.SENDING]).update(status=status, leased_until=LONG_AGO)


def test_a_row_is_leased_to_one_worker_only() -> None:
    a_delivery()
    with Lease() as one, Lease() as other:
        assert len(one.take("mail", 10)) == 1
        assert other.take("mail", 10) == []


def test_a_worker_takes_what_is_due_the_longest_first() -> None:
    late, later = a_delivery(), a_delivery()
    Delivery.objects.filter(pk=later.pk).update(due_at=LONG_AGO)
    a_delivery(due_at=datetime.now(UTC) + timedelta(hours=1))
    with Lease() as lease:
        assert [row.pk for row in lease.take("mail", 10)] == [later.pk, late.pk]


def test_a_worker_leaves_to_other_queues_what_is_theirs() -> None:
    a_delivery(channel="webhook")
    with Lease() as lease:
        assert lease.take("mail", 10) == []


def test_a_zombie_writes_to_no_row_and_sends_none() -> None:
    marked, taken = a_delivery(), a_delivery()
    with Lease() as zombie:
        rows = zombie.take("mail", 10)
        assert len(take_turn(zombie, [], rows[:1])) == 1
        Delivery.objects.update(leased_until=LONG_AGO)
        sweep()
        with Lease() as heir:
            heir.take("mail", 10)
            assert take_turn(zombie, [Attempt.of(rows[0], Sent("late"))], rows[1:]) == []
            assert sent_again(taken).lease == heir.token
    assert sent_again(marked).status == Status.UNKNOWN
    assert marked.provider_id == ""


def test_what_a_dead_worker_had_leased_is_planned_again_and_taken_apart_from_others(sink: Sink) -> None:
    deliveries = [a_delivery() for _ in range(3)]
    Lease().take("mail", 10)
    die(Status.LEASED)

    sweep()

    assert {sent_again(row).status for row in deliveries} == {Status.PLANNED}
    assert InHand.objects.count() == 3
    other = a_delivery()
    assert [deliver("mail", 10) for _ in range(5)] == [3, 1, 0, 0, 0]
    assert {sent_again(row).status for row in [*deliveries, other]} == {Status.SENT}
    assert len(sink.recipients) == 4
    assert not InHand.objects.exists()


def test_mail_that_a_dead_worker_was_sending_is_unknown_and_not_repeated(sink: Sink) -> None:
    ended: list[Delivery] = []

    def listen(deliveries: list[Delivery], **_kwargs: Any) -> None:
        ended.extend(deliveries)

    deliveries_ended.connect(listen)
    try:
        delivery = a_delivery()
        lease = Lease()
        take_turn(lease, [], lease.take("mail", 10))
        die(Status.SENDING)
        sweep()
    finally:
        deliveries_ended.disconnect(listen)

    assert sent_again(delivery).status == Status.UNKNOWN
    assert (delivery.reason, delivery.attempts) == ("worker_died", 1)
    assert [row.pk for row in ended] == [delivery.pk]
    assert deliver("mail", 10) == 0


@pytest.mark.parametrize("make", [an_sms, a_whatsapp_message])
def test_a_message_to_a_mobile_that_a_dead_worker_was_sending_is_unknown_too(make: Callable[..., Delivery]) -> None:
    delivery = make(status=Status.SENDING, leased_until=clock.now() - timedelta(minutes=1))
    sweep()
    assert (sent_again(delivery).status, delivery.reason) == (Status.UNKNOWN, "worker_died")


def test_a_webhook_that_a_dead_worker_was_calling_is_planned_again_with_its_id() -> None:
    delivery = a_delivery(channel="webhook", rules={"purpose": "none"})
    uid = delivery.uid
    lease = Lease()
    take_turn(lease, [], lease.take("http", 10))
    die(Status.SENDING)

    sweep()

    assert sent_again(delivery).status == Status.PLANNED
    assert (delivery.uid, delivery.attempts) == (uid, 1)


def test_a_row_that_kills_all_who_touch_it_is_parked_and_its_neighbours_are_sent(sink: Sink) -> None:
    poison, neighbour = a_delivery(), a_delivery()
    for taken in ([poison, neighbour], [poison, neighbour], [poison]):
        assert Lease().take("mail", 10) == taken
        die(Status.LEASED)
        sweep()

    assert sent_again(poison).status == Status.FAILED
    assert poison.reason == "poison"
    while deliver("mail", 10):
        pass
    assert sink.recipients == [neighbour.recipient]
    assert not InHand.objects.exists()


def test_a_lease_that_lives_is_not_taken_over() -> None:
    delivery = a_delivery()
    with Lease() as lease:
        lease.take("mail", 10)
        sweep()
        assert sent_again(delivery).status == Status.LEASED
        Delivery.objects.update(leased_until=LONG_AGO)
        lease.renew()
        sweep()
        assert sent_again(delivery).status == Status.LEASED


def test_rows_are_given_back_when_a_batch_raises_and_the_bad_one_is_parked(
    sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bad, good = a_delivery(), a_delivery()
    Delivery.objects.filter(pk=bad.pk).update(context=["not", "a", "mapping"])

    while deliver("mail", 10):
        pass

    assert sent_again(bad).status == Status.FAILED
    assert "AttributeError" in bad.reason
    assert sent_again(good).status == Status.SENT
    assert sink.recipients == [good.recipient]


def test_the_end_is_stated_once_for_all_rows_of_a_group(sink: Sink) -> None:
    stated: list[list[str]] = []

    def listen(deliveries: list[Delivery], **_kwargs: Any) -> None:
        stated.append([row.status for row in deliveries])

    for _ in range(4):
        a_delivery()
    deliveries_ended.connect(listen)
    try:
        deliver("mail", 10)
    finally:
        deliveries_ended.disconnect(listen)
    assert stated == [[Status.SENT] * 4]


def test_a_server_may_say_anything(sink: Sink) -> None:
    delivery = a_delivery()
    sink.behaviour[delivery.recipient] = ("end", "550 \x00 no " + "x" * 900)
    deliver("mail", 10)
    assert sent_again(delivery).status == Status.FAILED
    assert len(delivery.reason) == 500


def test_a_transport_that_breaks_in_the_middle_leaves_its_group_unknown(
    sink: Sink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.CRITICAL)
    delivery = a_delivery()
    monkeypatch.setattr("actions.channels.email.smtp.build", lambda mail: 1 / 0)
    deliver("mail", 10)
    assert sent_again(delivery).status == Status.UNKNOWN
