"""kill -9 of workers at each point between claim and commit, before and after the provider accepted."""

import pytest

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

Orders = dict[str, str]

#: in each round one worker dies at each of these points, some with their process group; both mail workers die
ROUNDS: dict[str, Orders] = {
    "claimed": {
        "events.taken": "",
        "runs.taken": "3 group",
        "mail.leased": "",
        "mail.rendered": "2 group",
        "http.leased": "2",
    },
    "working": {
        "events.worked": "2 group",
        "runs.worked": "",
        "mail.marked": "2",
        "mail.asked": "5 group",
        "http.marked": "4 group",
    },
    "accepted": {
        "events.committed": "3",
        "runs.committed": "2 group",
        "mail.accepted": "15",
        "mail.sent": "3 group",
        "http.called": "7",
    },
    "recording": {
        "events.touched": "2 group",
        "runs.touched": "3",
        "mail.recorded": "3",
        "mail.committed": "5 group",
        "http.recorded": "3 group",
        "http.committed": "9",
    },
}


@pytest.mark.parametrize("round_name", ROUNDS)
def test_workers_die_and_nothing_is_lost_or_done_twice(declic: House, round_name: str, record_property: object) -> None:
    deaths = declic.deaths()
    done = [declic.order(point, *words.split()) for point, words in ROUNDS[round_name].items()]
    with shopping(declic, round_name):
        pass
    wait_until(lambda: all(path.exists() for path in done), why=lambda: [str(path) for path in done])
    took = declic.recover()
    print(f"{round_name}: recovered in {took:.1f} s")
    wait_until(lambda: declic.deaths() - deaths == len(done))
    Ledger(declic, round_name).judge(mail_kills=sum(point.startswith("mail") for point in ROUNDS[round_name]))
