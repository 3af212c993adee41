"""All processes end at once, in order or by force; and two schedulers run beside each other."""

import signal
import sys
import time

import pytest

from tests.faults.house import PATIENCE, House
from tests.faults.ledger import Ledger
from tests.faults.shop import EVENTS, cart_of, shopping


@pytest.mark.parametrize("name", ["asked", "killed"])
def test_everything_ends_under_load_and_starts_again(declic: House, name: str) -> None:
    with shopping(declic, name) as shop:
        shop.wait_for(EVENTS // 2)
        if name == "asked":
            begin = time.monotonic()
            declic.supervisor.send_signal(signal.SIGTERM)
            assert declic.supervisor.wait(30 * PATIENCE) == 0
            print(f"{name}: ended in {time.monotonic() - begin:.1f} s")
            assert declic.rows("SELECT count(*) FROM actions_delivery WHERE status IN ('leased', 'sending')") == [(0,)]
            assert declic.rows("SELECT count(*) FROM actions_inhand") == [(0,)]
        else:
            declic.kill_everything()
        declic.supervise()
    took = declic.recover()
    print(f"{name}: recovered in {took:.1f} s")
    Ledger(shop).judge(mail_kills=0 if name == "asked" else 2)


def test_two_schedulers_do_nothing_twice(declic: House) -> None:
    second = declic.start([sys.executable, "manage.py", "scheduler"], "scheduler")
    declic.processes.remove(second)  # the last one is the supervisor
    try:
        with shopping(declic, "carts", cart_of) as shop:
            pass
        declic.age_carts("carts", minutes=10)
        declic.wait_for_events("cart_idle", "carts", EVENTS)
        took = declic.recover()
        print(f"two schedulers: recovered in {took:.1f} s")
    finally:
        second.terminate()
        assert second.wait(30 * PATIENCE) == 0
    Ledger(shop, kind="cart_idle", workflows=["Left"]).judge(mail_kills=0)
