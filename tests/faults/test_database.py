"""The database crashes in the middle of a batch and comes back."""

import pytest

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

#: where workers stand when it crashes, one engine left to feed the others; the last: while one redoes row by row
WAITING: dict[str, dict[str, str]] = {
    "dispatch": {"events.worked": "8 wait", "mail.recorded": "2 wait"},
    "advance": {"runs.worked": "8 wait", "mail.marked": "2 wait", "http.marked": "2 wait"},
    "redo": {"events.worked": "2", "events.redone": "", "events.alone": "wait"},
}


@pytest.mark.parametrize("declic", ["postgres"], indirect=True)
@pytest.mark.parametrize("where", WAITING)
def test_postgres_crashes_in_mid_batch(declic: House, where: str) -> None:
    assert declic.server is not None
    done = [declic.order(point, *words.split()) for point, words in WAITING[where].items()]
    with shopping(declic, f"crash-{where}", done=done) as shop:
        wait_until(
            lambda: all(path.exists() for path in done), why=lambda: [path.name for path in declic.orders.iterdir()]
        )
        declic.server.stop("immediate")
        declic.server.start()
        shop.enough = lambda: True
        for path in done:
            path.unlink()
    took = declic.recover()
    print(f"crash in {where}: recovered in {took:.1f} s")
    Ledger(shop).judge(mail_kills=0)
