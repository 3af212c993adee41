"""A row that kills every worker that touches it is found out and parked; its neighbours are done."""

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

POINTS = ("events.touched", "runs.touched", "mail.leased", "http.leased")


def test_what_kills_two_workers_is_parked_and_its_neighbours_are_done(declic: House) -> None:
    deaths = declic.deaths()
    done = [declic.order(point, "3", "row") for point in POINTS]
    with shopping(declic, "poison"):
        pass
    wait_until(lambda: all(path.exists() for path in done), why=lambda: [path.name for path in declic.orders.iterdir()])
    wait_until(
        lambda: declic.deaths() - deaths >= 2 * len(POINTS), why=lambda: [path.name for path in declic.orders.iterdir()]
    )
    took = declic.recover()
    print(f"poison: recovered in {took:.1f} s")

    deadly = {path.name.partition(":")[0]: int(path.name.partition(":")[2]) for path in declic.orders.glob("*:*")}
    event, run = deadly["events.touched"], deadly["runs.touched"]
    declic.expected_findings |= {f"event {event} (api_called) is parked", f"run {run} is parked"}
    assert declic.deaths() - deaths == 2 * len(POINTS)
    parked = dict(declic.rows("SELECT id, reason FROM actions_delivery WHERE reason = 'poison'"))
    assert parked.keys() == {deadly["mail.leased"], deadly["http.leased"]}
    ledger = Ledger(declic, "poison")
    assert ledger.parked_events == {event}
    assert ledger.parked_runs == {run}
    assert ledger.runs[run][1] == "failed"
    ledger.judge(mail_kills=2)
