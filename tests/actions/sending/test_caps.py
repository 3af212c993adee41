"""W10: no customer gets more marketing messages than the shop allows, however many workers send."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.caps import UnderCap, active_caps, forget_caps
from actions.channels.results import Final, Sent, Temporary, Unknown
from actions.models import CapUse, Delivery, FrequencyCap
from actions.sending import deliver
from actions.sending.leases import Lease
from actions.sending.turns import Attempt, take_turn
from crm import clock
from crm.models import Profile
from tests.factories.deliveries import a_definition, a_delivery, a_profile
from tests.factories.workflows import action, live
from workflows.capping import exempt_workflow

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


def a_cap(**columns: Any) -> FrequencyCap:
    cap = FrequencyCap.objects.create(channel="email", **{"most": 2, "every": 7, **columns})
    forget_caps()
    return cap


def states(*deliveries: Delivery) -> list[tuple[str, str]]:
    for delivery in deliveries:
        delivery.refresh_from_db()
    return [(delivery.status, delivery.reason) for delivery in deliveries]


def send(*, at: datetime, profile: Profile, number: int = 1, **columns: Any) -> list[Delivery]:
    with clock.at(at):
        deliveries = [a_delivery(profile, **columns) for _ in range(number)]
        deliver("mail", 100)
    return deliveries


def test_what_is_one_too_many_is_skipped_and_others_get_theirs() -> None:
    a_cap()
    one, other = a_profile(), a_profile()
    sent = [*send(at=MONDAY, profile=one, number=3), *send(at=MONDAY, profile=other)]
    assert states(*sent) == [("sent", ""), ("sent", ""), ("skipped", "capped"), ("sent", "")]


def test_the_period_is_counted_back_from_each_moment() -> None:
    a_cap()
    profile = a_profile()
    first = send(at=MONDAY, profile=profile)
    second = send(at=MONDAY + timedelta(days=4), profile=profile)
    third = send(at=MONDAY + timedelta(days=6), profile=profile)
    fourth = send(at=MONDAY + timedelta(days=7), profile=profile)
    fifth = send(at=MONDAY + timedelta(days=8), profile=profile)
    assert [status for status, _ in states(*first, *second, *third, *fourth, *fifth)] == [
        "sent",
        "sent",
        "skipped",
        "sent",
        "skipped",
    ]


def test_only_marketing_messages_of_its_channel_count_while_it_is_switched_on() -> None:
    cap = a_cap(most=1)
    profile = a_profile(accepts=("NewsEmail", "Basis"))
    service = {"rules": {"purpose": "service", "consents": ["Basis"]}}
    assert {status for status, _ in states(*send(at=MONDAY, profile=profile, number=3, **service))} == {"sent"}
    assert not CapUse.objects.exists()
    cap.is_active = False
    cap.save()
    forget_caps()
    assert {status for status, _ in states(*send(at=MONDAY, profile=profile, number=3))} == {"sent"}


def test_it_waits_until_a_place_is_free_or_is_skipped_where_that_is_too_late() -> None:
    a_cap(most=1, every=10, unit="hours", over="wait", wait_hours=8)
    profile = a_profile()
    send(at=MONDAY, profile=profile)
    early = send(at=MONDAY + timedelta(hours=1), profile=profile)
    late = send(at=MONDAY + timedelta(hours=3), profile=profile)
    assert states(*early, *late) == [("skipped", "capped"), ("planned", "waits_for_cap")]
    assert (late[0].due_at, late[0].attempts) == (MONDAY + timedelta(hours=10), 0)
    with clock.at(MONDAY + timedelta(hours=10)):
        deliver("mail", 10)
    assert states(*late) == [("sent", "")]


def test_of_two_that_wait_for_one_place_the_second_waits_no_longer_than_allowed() -> None:
    a_cap(most=1, every=10, unit="hours", over="wait", wait_hours=8)
    profile = a_profile()
    send(at=MONDAY, profile=profile)
    waiting = send(at=MONDAY + timedelta(hours=3), profile=profile, number=2)
    with clock.at(MONDAY + timedelta(hours=10)):
        deliver("mail", 10)
    assert states(*waiting) == [("sent", ""), ("skipped", "capped")]


def test_the_hours_count_from_when_any_guard_first_put_it_off() -> None:
    a_cap(most=1, every=14, unit="hours", over="wait", wait_hours=8)
    profile = a_profile()
    window = {"days": ["mon", "tue"], "from": "18:00", "to": "22:00", "outside": "wait"}
    rules = {"purpose": "marketing", "consents": ["NewsEmail"], "window": window}
    waiting = send(at=MONDAY, profile=profile, rules=rules)
    assert states(*waiting) == [("planned", "waits_for_window")]
    assert waiting[0].put_off_at == MONDAY
    send(at=MONDAY + timedelta(hours=1), profile=profile)
    with clock.at(MONDAY + timedelta(hours=4)):
        deliver("mail", 10)
    assert states(*waiting) == [("skipped", "capped")]  # eight hours from 12:00; the place is free fifteen hours later


@pytest.mark.parametrize(
    ("result", "places"), [(Sent("1"), 1), (Unknown("?"), 1), (Final("550 no"), 0), (Temporary("451 later"), 1)]
)
def test_what_failed_gives_its_place_back_and_what_is_unknown_does_not(result: Any, places: int) -> None:
    a_cap()
    delivery = a_delivery()
    with Lease() as lease:
        rows = take_turn(lease, [], lease.take("mail", 10))
        take_turn(lease, [Attempt.of(row, result) for row in rows], ())
    assert len(CapUse.objects.get(profile=delivery.profile).spent) == places


def test_what_is_tried_again_has_its_place_already() -> None:
    a_cap(most=1)
    delivery = a_delivery()
    for _ in range(2):
        Delivery.objects.update(due_at=clock.now())
        with Lease() as lease:
            rows = take_turn(lease, [], lease.take("mail", 10))
            assert len(rows) == 1
            take_turn(lease, [Attempt.of(row, Temporary("451 later")) for row in rows], ())
    assert len(CapUse.objects.get(profile=delivery.profile).spent) == 1


def test_what_another_guard_refuses_spends_nothing() -> None:
    a_cap()
    refused = send(at=MONDAY, profile=a_profile(accepts=()))
    assert states(*refused) == [("skipped", "no_consent")]
    assert not CapUse.objects.exists()


def test_an_exempt_workflow_neither_counts_nor_is_held_back() -> None:
    a_cap(most=1)
    a_definition()
    workflow, profile = live(action("give_points", points=1)), a_profile()
    exempt_workflow(workflow, is_exempt=True)
    free = send(at=MONDAY, profile=profile, number=3, workflow_id=workflow.pk)
    counted = send(at=MONDAY, profile=profile, number=2)
    assert [status for status, _ in states(*free, *counted)] == ["sent"] * 4 + ["skipped"]


def test_without_a_cap_no_message_costs_a_query_and_with_one_as_many_for_one_as_for_ten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("actions.caps.KEPT_FOR", 60)
    rows = [a_delivery() for _ in range(10)]
    active_caps()
    with CaptureQueriesContext(connection) as queries:
        UnderCap().ask_many(rows)
    assert len(queries) == 0
    a_cap()
    active_caps()
    counts = []
    for some in (rows[:1], rows[1:], rows):
        with CaptureQueriesContext(connection) as queries:
            UnderCap().ask_many(some)
        counts.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))
    assert counts[0] <= 4
    assert max(counts[1:]) <= (4 if connection.vendor == "postgresql" else 3 + 9)
    assert counts[2] <= counts[0]


@pytest.mark.django_db(transaction=True)
def test_two_mail_workers_at_once_send_no_more_than_the_cap_allows() -> None:
    a_cap(most=3)
    profiles = [a_profile() for _ in range(5)]
    for _ in range(8):
        for profile in profiles:
            a_delivery(profile)
    start = threading.Barrier(2)

    def worker() -> None:
        start.wait()
        try:
            while deliver("mail", 5):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for profile in profiles:
        statuses = list(Delivery.objects.filter(profile=profile).values_list("status", flat=True))
        assert (statuses.count("sent"), statuses.count("skipped")) == (3, 5)
        assert len(CapUse.objects.get(profile=profile).spent) == 3
