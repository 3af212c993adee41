"""Idempotency-Key: done once, the same answer, another body refused."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crm import clock
from crm.api.idempotency import forget_old_calls
from crm.models import IdempotentCall, Tag
from crm.periodic import discover
from tests.crm.api import small_api
from tests.crm.api.at_once import at_once
from tests.crm.api.calls import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.crm.api.small_api")]


def test_the_same_request_is_done_once_and_answered_alike() -> None:
    shop = Shop()
    first = shop.post("/tags", {"name": "x"}, once="k1")
    again = shop.post("/tags", {"name": "x"}, once="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content) == (202, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Tag.objects.count() == 1


def test_the_address_with_a_slash_is_the_same_door() -> None:
    assert Shop().post("/tags/", {"name": "x"}).status_code == 202


def test_another_body_under_the_same_key_is_a_409() -> None:
    shop = Shop()
    shop.post("/tags", {"name": "x"}, once="k1")
    answer = shop.post("/tags", {"name": "y"}, once="k1")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:declic:problem:key-reused"
    assert Tag.objects.count() == 1


def test_two_shops_may_use_the_same_key() -> None:
    assert Shop().post("/tags", {"name": "x"}, once="k1").status_code == 202
    assert Shop().post("/tags", {"name": "y"}, once="k1").status_code == 202


def test_a_refused_request_leaves_its_key_free() -> None:
    shop = Shop()
    assert shop.post("/tags", {"name": "x", "then": "refused"}, once="k1").status_code == 422
    assert not IdempotentCall.objects.exists()
    assert shop.post("/tags", {"name": "x"}, once="k1").status_code == 202


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é"])
def test_a_key_that_is_no_key_is_a_400(key: str) -> None:
    assert Shop().post("/tags", {"name": "x"}, once=key).status_code == 400
    assert not Tag.objects.exists()


def test_answers_are_kept_for_two_days() -> None:
    shop = Shop()
    shop.post("/tags", {"name": "x"}, once="k1")
    assert forget_old_calls(clock.now() + timedelta(hours=47)) == 0
    assert forget_old_calls(clock.now() + timedelta(hours=49)) == 1


def test_the_clean_up_is_repeated_by_the_scheduler() -> None:
    assert forget_old_calls in [task.run for task in discover()]


@pytest.mark.django_db(transaction=True)
def test_the_same_request_from_eight_threads_is_done_once() -> None:
    shop = Shop()

    def send(_number: int) -> Any:
        own = Shop.__new__(Shop)
        own.key, own.client = shop.key, Client()
        return own.post("/tags", {"name": "x"}, once="k1")

    answers = at_once(send)
    assert [answer.status_code for answer in answers] == [202] * 8
    assert len({answer.content for answer in answers}) == 1
    assert Tag.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again() -> None:
    shop = Shop()
    for name in ("a", "b"):
        Tag.objects.create(name=name)
    both_hold_one = threading.Barrier(2)

    def send(number: int) -> Any:
        own = Shop.__new__(Shop)
        own.key, own.client = shop.key, Client()
        small_api.before_second_lock = lambda: both_hold_one.wait(timeout=10)
        return own.post("/locks", {"names": ["a", "b"] if number else ["b", "a"]})

    answers = at_once(send, times=2)
    assert [answer.status_code for answer in answers] == [200, 200]
