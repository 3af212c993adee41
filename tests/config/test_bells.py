"""Bells: lost with Redis, never with the work; never in the way of a request."""

import time

import pytest
from django.db import transaction

from actions import bells
from crm.redis_server import Breaker
from tests.conftest import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)


def jobs(valkey: ValkeyServer, queue: str = "engine") -> int:
    return valkey.client.llen(f"rq:queue:{queue}")


def test_a_bell_rings_when_the_transaction_commits(valkey: ValkeyServer) -> None:
    with transaction.atomic():
        bells.ring("engine")
        assert jobs(valkey) == 0
    assert jobs(valkey) == 1


def test_a_rolled_back_transaction_rings_nothing(valkey: ValkeyServer) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bells.ring("engine")
        raise ZeroDivisionError
    assert jobs(valkey) == 0


def test_many_rings_in_one_transaction_are_one_call(valkey: ValkeyServer) -> None:
    with transaction.atomic():
        for _ in range(100):
            bells.ring("engine")
        assert len(transaction.get_connection().run_on_commit) == 1
    assert jobs(valkey) == 1


def test_a_ring_in_a_rolled_back_savepoint_does_not_silence_the_outer_one(valkey: ValkeyServer) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            bells.ring("mail")
            raise ZeroDivisionError
        bells.ring("mail")
    assert jobs(valkey, "mail") == 1


def test_a_ringing_bell_is_not_rung_again_until_a_job_silences_it(valkey: ValkeyServer) -> None:
    assert bells.ring_now("http") is True
    assert bells.ring_now("http") is False
    bells.silence("http")
    assert bells.ring_now("http") is True
    assert jobs(valkey, "http") == 2
    assert 0 < valkey.client.ttl("bell:http") <= bells.RINGS_FOR


def test_without_redis_a_request_is_saved_and_waits_for_nothing(valkey: ValkeyServer) -> None:
    valkey.stop()
    began = time.monotonic()
    for _ in range(50):
        with transaction.atomic():
            bells.ring("engine")
    assert time.monotonic() - began < 0.5
    assert bells.breaker.is_open()


def test_a_redis_that_answers_nothing_costs_one_short_wait(valkey: ValkeyServer) -> None:
    bells.ring_now("mail")  # a connection that is kept
    valkey.freeze()
    began = time.monotonic()
    assert [bells.ring_now("engine") for _ in range(20)] == [False] * 20
    assert time.monotonic() - began < 0.5
    valkey.thaw()


def test_after_a_restart_the_first_ring_gets_through(valkey: ValkeyServer) -> None:
    bells.ring_now("engine")
    valkey.restart_empty()
    assert bells.ring_now("engine") is True
    assert jobs(valkey) == 1


def test_a_flushed_redis_forgets_that_a_bell_rang(valkey: ValkeyServer) -> None:
    bells.ring_now("engine")
    valkey.flush()
    assert bells.ring_now("engine") is True


def test_a_breaker_stays_open_longer_each_time_until_it_is_closed() -> None:
    breaker = Breaker(seconds=0.01, longest=0.04)
    pauses = []
    for _ in range(4):
        pauses.append(breaker._pause)
        breaker.trip()
    assert pauses == [0.01, 0.02, 0.04, 0.04]
    breaker.close()
    assert not breaker.is_open()
    assert breaker._pause == 0.01


def test_the_breaker_closes_by_itself() -> None:
    breaker = Breaker(seconds=0.05)
    breaker.trip()
    assert breaker.is_open()
    time.sleep(0.06)
    assert not breaker.is_open()


def test_draining_repeats_the_step_until_nothing_is_left(valkey: ValkeyServer) -> None:
    left = [7, 3, 0, 99]
    assert bells.drain("engine", lambda: left.pop(0), full=1) == 10
    assert left == [99]


def test_a_worker_that_finds_little_holds_the_bell_while_it_rests_and_looks_once_more(valkey: ValkeyServer) -> None:
    left, rung, held = [3, 2, 1, 0, 0, 99], [], []

    def step() -> int:
        held.append((valkey.client.get("bell:engine") or b"").startswith(b"held:"))
        rung.append(bells.ring_now("engine"))
        return left.pop(0)

    assert bells.drain("engine", step, full=100) == 6
    assert left == [99]
    assert rung == [True, False, False, False, True]  # rung at first, then held, and let go before the last look
    assert held == [False, False, True, True, False]


def test_a_step_that_raises_lets_the_bell_go(valkey: ValkeyServer) -> None:
    left = [1, 1]
    with pytest.raises(IndexError):
        bells.drain("engine", lambda: left.pop(0), full=100)
    assert bells.ring_now("engine")


def test_much_work_after_little_lets_others_ring_and_rings_for_a_second_worker(valkey: ValkeyServer) -> None:
    left = [1, 1, 100, 0]
    assert bells.drain("engine", lambda: left.pop(0), full=100) == 102
    assert jobs(valkey) == 1


def test_a_bell_that_another_worker_holds_is_left_to_that_one(valkey: ValkeyServer) -> None:
    other = bells.Hold("engine")
    assert other.take()
    assert bells.drain("engine", pytest.fail, full=100) == 0
    assert not bells.Hold("engine").take()
    other.let_go()
    assert bells.Hold("engine").take()


def test_of_two_workers_that_find_little_one_goes(valkey: ValkeyServer) -> None:
    steps = []

    def step() -> int:
        steps.append(1)
        bells.Hold("engine").take()  # another worker came to its rest first
        return 1

    assert bells.drain("engine", step, full=100) == 2
    assert steps == [1, 1]


def test_the_hold_of_a_dead_worker_runs_out(valkey: ValkeyServer) -> None:
    bells.Hold("engine").take()
    assert 0 < valkey.client.pttl("bell:engine") <= bells.HOLDS_FOR


def test_draining_silences_the_bell_before_the_first_step(valkey: ValkeyServer) -> None:
    bells.ring_now("engine")
    seen: list[int] = []

    def step() -> int:
        seen.append(valkey.client.exists("bell:engine"))
        return 0

    bells.drain("engine", step, full=100)
    assert seen == [0]


def test_draining_stops_after_its_time_and_rings_for_what_is_left(valkey: ValkeyServer) -> None:
    def step() -> int:
        time.sleep(0.06)
        return 1

    assert bells.drain("engine", step, full=100, for_seconds=0.05) == 1
    assert jobs(valkey) == 1


def test_much_work_rings_for_a_second_worker(valkey: ValkeyServer) -> None:
    left = [5, 5, 5, 0]
    bells.drain("engine", lambda: left.pop(0), full=5)
    assert jobs(valkey) == 1


def test_a_worker_asked_to_stop_ends_after_its_batch_and_rings_for_the_rest(valkey: ValkeyServer) -> None:
    bells.stopping.set()
    try:
        assert bells.drain("mail", lambda: 1, full=100) == 1
    finally:
        bells.stopping.clear()
    assert jobs(valkey, "mail") == 1


def test_draining_goes_on_without_redis(valkey: ValkeyServer) -> None:
    valkey.stop()
    left = [2, 2, 2, 0, 0]
    assert bells.drain("engine", lambda: left.pop(0), full=100) == 6
