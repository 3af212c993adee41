"""The database crashes in the middle of a batch and comes back."""

import pytest

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping


@pytest.mark.parametrize("points", [("events.worked", "mail.recorded"), ("runs.worked", "mail.marked", "http.marked")])
def test_postgres_crashes_in_mid_batch(declic: House, points: tuple[str, ...]) -> None:
    if declic.server is None:
        pytest.skip("sqlite: has no server that could crash")
    name = f"crash of {points[0]}"
    waiting = [declic.order(point, "3", "wait") for point in points]
    with shopping(declic, name):
        wait_until(lambda: all(path.exists() for path in waiting), why=lambda: list(declic.orders.iterdir()))
        declic.server.stop("immediate")
        declic.server.start()
        for path in waiting:
            path.unlink()
    took = declic.recover()
    print(f"{name}: recovered in {took:.1f} s")
    Ledger(declic, name).judge(mail_kills=0)
