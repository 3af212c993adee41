"""Workers that stand still so long that they count as dead, and then go on: they may write and send nothing more."""

import os
import signal
import time

from tests.faults.house import House
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

#: one worker of each queue stands still
POINTS = {"runs.taken": "2", "mail.asked": "13", "http.leased": "2"}
DEAD_AFTER = 18  # seconds: the longest lease, and the pause between two sweeps


def test_late_zombies_do_nothing_twice(declic: House) -> None:
    done = [declic.order(point, *words.split(), "stop") for point, words in POINTS.items()]
    with shopping(declic, "zombies", done=done) as shop:
        pass
    time.sleep(DEAD_AFTER)
    for path in done:
        os.kill(int(path.read_text()), signal.SIGCONT)
    took = declic.recover()
    print(f"zombies: recovered in {took:.1f} s")
    Ledger(shop).judge(mail_kills=1)
