"""Redis carries bells only: whatever happens to it, nothing is lost, and the work goes on when it is back."""

import os
import time

import redis

from tests.faults.house import House
from tests.faults.ledger import Ledger
from tests.faults.shop import EVENTS, Shop, shopping

OUTAGE = float(os.environ.get("FAULTS_OUTAGE", "60"))  # seconds


def test_redis_is_flushed_again_and_again(declic: House) -> None:
    with shopping(declic, "flushed") as shop, redis.Redis(unix_socket_path=str(declic.socket)) as client:
        while shop.accepted < EVENTS:
            client.flushall()
            time.sleep(0.1)
        client.flushall()
    judge(shop)


def test_redis_is_away_for_a_while(declic: House) -> None:
    with shopping(declic, "away") as shop:
        shop.wait_for(EVENTS // 3)
        declic.kill_valkey()
        time.sleep(OUTAGE)
        shop.wait_for(EVENTS)
        declic.start_valkey()
    assert shop.answers == {202: EVENTS}
    judge(shop)


def test_redis_comes_back_empty(declic: House) -> None:
    with shopping(declic, "empty") as shop:
        for part in (1, 2):
            shop.wait_for(EVENTS * part // 3)
            declic.kill_valkey(forget=True)
            declic.start_valkey()
    assert shop.answers == {202: EVENTS}
    judge(shop)


def judge(shop: Shop) -> None:
    took = shop.house.recover()
    print(f"{shop.name}: recovered in {took:.1f} s")
    Ledger(shop).judge(mail_kills=0)
