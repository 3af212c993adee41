"""A row that kills every worker that touches it is found out and parked; its neighbours are done."""

from tests.faults.house import House, wait_until
from tests.faults.ledger import Ledger
from tests.faults.shop import shopping

POINTS = ("events.touched", "runs.touched", "mail.leased", "http.leased")
#: a row kills its worker in a batch, in a piece of it and alone
DEATHS = 3 * len(POINTS)


def test_what_kills_all_who_touch_it_is_parked_and_its_neighbours_are_done(declic: House) -> None:
    deaths = declic.deaths()
    done = [declic.order(point, "3", "row") for point in POINTS]
    with shopping(declic, "poison", done=done) as shop:
        pass
    wait_until(
        lambda: declic.deaths() - deaths >= DEATHS,
        why=lambda: [path.name for path in declic.orders.iterdir()],
    )
    took = declic.recover()
    print(f"poison: recovered in {took:.1f} s")

    deadly = {path.name.partition(":")[0]: int(path.name.partition(":")[2]) for path in declic.orders.glob("*:*")}
    event, run = deadly["events.touched"], deadly["runs.touched"]
    declic.expected_findings |= {f"event {event} (api_called) is parked", f"run {run} is parked"}
    assert declic.deaths() - deaths == DEATHS
    parked = dict(declic.rows("SELECT id, reason FROM actions_delivery WHERE reason = 'poison'"))
    assert parked.keys() == {deadly["mail.leased"], deadly["http.leased"]}
    ledger = Ledger(shop)
    assert ledger.parked_events == {event}
    assert ledger.parked_runs == {run}
    assert ledger.runs[run][1] == "failed"
    ledger.judge(mail_kills=2)
