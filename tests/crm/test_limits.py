"""How often something may be done, over all processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crm.limits import Limit, take
from crm.redis_server import breaker
from tests.conftest import ValkeyServer

FEW, MANY = Limit("few", 3, 60), Limit("many", 5, 3600)


def test_it_is_let_through_so_often_and_then_says_for_how_long_not() -> None:
    assert [take((FEW, "anna")) for _time in range(3)] == [0, 0, 0]
    assert 0 < take((FEW, "anna")) <= 60
    assert take((FEW, "bea")) == 0


def test_at_one_limit_nothing_is_counted_under_another() -> None:
    for _time in range(10):
        take((FEW, "anna"), (MANY, "here"))

    assert [take((MANY, "here")) == 0 for _time in range(3)] == [True, True, False]


def test_threads_at_once_get_no_more_than_there_is() -> None:
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _number: take((MANY, "crowd")), range(50)))

    assert taken.count(0) == 5


def test_the_count_ends_by_itself_and_holds_no_address(valkey: ValkeyServer) -> None:
    take((FEW, "anna@example.com"))

    keys = valkey.client.keys("limit:*")
    assert len(keys) == 1
    assert b"anna" not in keys[0]
    assert 0 < valkey.client.ttl(keys[0]) <= 60


@pytest.mark.parametrize("away", ["stop", "freeze"])
def test_without_redis_nothing_is_limited_and_nobody_waits_twice(valkey: ValkeyServer, away: str) -> None:
    getattr(valkey, away)()

    assert [take((FEW, "anna")) for _time in range(5)] == [0] * 5
    assert breaker.is_open()
