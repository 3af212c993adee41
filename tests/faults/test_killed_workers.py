"""kill -9 of workers at each point between claim and commit.

Points before the provider accepted, then points after: claim, work, mark, hand over; acceptance, record, commit.
"""

import pytest

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

Orders = dict[str, str]

#: in each round a worker dies at each of these points (at the n-th pass), some with their whole process group
ROUNDS: dict[str, Orders] = {
    "before": {
        "events.taken": "",
        "events.touched": "2 group",
        "events.worked": "2",
        "runs.taken": "3 group",
        "runs.touched": "3",
        "mail.leased": "",
        "mail.rendered": "2 group",
        "mail.marked": "3",
        "mail.asked": "7 group",
        "http.leased": "2",
        "http.marked": "4 group",
    },
    "after": {
        "events.committed": "3 group",
        "runs.worked": "",
        "runs.committed": "2",
        "mail.accepted": "15",
        "mail.sent": "3 group",
        "mail.recorded": "4",
        "mail.committed": "5 group",
        "http.called": "7",
        "http.recorded": "2 group",
        "http.committed": "4",
    },
}


@pytest.mark.parametrize("round_name", ROUNDS)
def test_workers_die_and_nothing_is_lost_or_done_twice(declic: House, round_name: str) -> None:
    deaths = declic.deaths()
    done = [declic.order(point, *words.split()) for point, words in ROUNDS[round_name].items()]
    with shopping(declic, round_name, done=done) as shop:
        pass
    took = declic.recover()
    print(f"{round_name}: recovered in {took:.1f} s")
    wait_until(lambda: declic.deaths() - deaths == len(done))
    Ledger(shop).judge(mail_kills=sum(point.startswith("mail") for point in ROUNDS[round_name]))
