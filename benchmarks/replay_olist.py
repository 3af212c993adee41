r"""Act as a shop: post real orders through the public API, then carts, and compare what came out with the CSV files.

    python -m benchmarks.replay_olist ../shared/data/olist --url http://127.0.0.1:8000 --key PUBLIC:PRIVATE

needs a Declic whose workflows are those of benchmarks/olist/workflows (`manage.py import_workflow … --activate`),
started with BENCH=1, DECLIC_DELAY_SCALE=0.00003 and EMAIL_URL=smtp://127.0.0.1:2525, and the sink that it sends to:

    python -m benchmarks.sinks.smtp_sink --port 2525 --log var/smtp.jsonl

Without --url it starts all of that by itself.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.olist.carts import Carts
from benchmarks.olist.client import Shop, post_all, wait_until_idle
from benchmarks.olist.expected import Expected, expect
from benchmarks.olist.report import Report
from benchmarks.olist.shop import Order, calls, read_orders
from benchmarks.postgres import postgres
from benchmarks.sinks.log import read_log
from benchmarks.stack import ROOT, stack

WORKFLOWS = Path(__file__).parent / "olist" / "workflows"
#: two days become five seconds: time enough to empty a cart before its reminder
SCALE = "0.00003"
SMTP_LOG = ROOT / "var" / "smtp.jsonl"
#: customers in each story of carts
CARTS = 20


def main() -> int:
    """Run the replay and return how many figures differ (0: none), at most 1 for the shell."""
    options = _options()
    orders = read_orders(options.folder, options.limit)
    with _declic(options) as (shop, smtp_log, reconcile):
        begin = time.monotonic()
        answers = post_all(shop, calls(orders), rate=options.rate, threads=options.threads)
        seconds = time.monotonic() - begin
        print(f"{answers.total()} posts in {seconds:.0f} s ({answers.total() / seconds:.0f}/s): {dict(answers)}")
        wait_until_idle(shop)
        figures = shop.get("/v3/automations/figures")
        report = Report()
        _compare_orders(report, shop, expect(orders), figures, smtp_log)
        _tell_carts(report, shop, orders, smtp_log)
        if reconcile is None:
            print("Not ours to look into its tables: run `manage.py reconcile` beside it.")
        else:
            findings = reconcile()
            report.compare("promises broken (manage.py reconcile)", 0, len(findings))
            print("\n".join(findings))
    print(f"{report.differences} differences.")
    return min(report.differences, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder with the CSV files")
    parser.add_argument("--url", help="a running Declic; without it one is started")
    parser.add_argument("--key", help="PUBLIC:PRIVATE, as manage.py api_key prints it")
    parser.add_argument("--smtp-log", type=Path, default=SMTP_LOG, help="the log of the sink that it sends to")
    parser.add_argument(
        "--database", choices=["sqlite", "postgres"], default="sqlite", help="of the one that is started"
    )
    parser.add_argument("--limit", type=int, help="only so many orders")
    parser.add_argument("--rate", type=float, default=0, help="posts a second; 0: as fast as it goes")
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    if options.url and not options.key:
        parser.error("--url needs --key")
    if options.url and not options.smtp_log.exists():
        parser.error(f"{options.smtp_log} is not there: start the SMTP sink as described above, or name its --smtp-log")
    return options


@contextmanager
def _declic(options: argparse.Namespace) -> Iterator[tuple[Shop, Path, Any]]:
    """Give the shop's client, the sink's log and a way to reconcile (None where the tables are not at hand)."""
    if options.url:
        yield Shop(options.url, options.key), options.smtp_log, None
        return
    if options.database == "postgres":
        with postgres() as server, _own(server.url) as found:
            yield found
    else:
        with _own(None) as found:
            yield found


@contextmanager
def _own(database_url: str | None) -> Iterator[tuple[Shop, Path, Any]]:
    with stack(database_url=database_url, DECLIC_DELAY_SCALE=SCALE) as declic:
        declic.manage("import_workflow", *map(str, sorted(WORKFLOWS.glob("*.json"))), "--activate")
        yield declic.shop, declic.smtp_log, declic.reconcile


def _compare_orders(report: Report, shop: Shop, expected: Expected, figures: dict[str, Any], smtp_log: Path) -> None:
    recorded = Counter(figures["events"])
    report.compare("orders", expected.orders, shop.get("/v2/orders?maxResults=1")["count"])
    for kind in ("profile_created", "consent_changed", "order_created", "order_status_changed", "order_paid"):
        report.compare(f"events {kind}", expected.events[kind], recorded[kind])
    for automation in shop.get("/v3/automations")["automations"]:
        runs = expected.runs.get(automation["name"])
        if runs is not None:
            found = {"done": automation["succeeded"], "stopped": automation["stopped"], "failed": automation["failed"]}
            report.compare_all(f"runs of “{automation['name']}”", {"failed": 0, "stopped": 0, **runs}, found)
    report.compare_all("statuses", expected.statuses, _statuses(shop))
    report.compare_all("mails accepted by the sink", expected.mails, _mails(smtp_log))
    report.compare("mails accepted twice", 0, _twice(smtp_log))
    points = Counter({row["email"]: int(row["cagnotteAmount"]) for row in _all(shop, "customers")})
    report.compare("points in all pots", sum(expected.points.values()), sum(points.values()))
    report.compare("customers whose points differ", 0, sum(points[who] != n for who, n in expected.points.items()))


def _tell_carts(report: Report, shop: Shop, orders: list[Order], smtp_log: Path) -> None:
    """Four stories: silence → one reminder; emptied → none; ordered → none; the same key, changed → a new run."""
    people = [order.person.email for order in orders if order.person.accepts_news]
    carts = Carts(shop, list(dict.fromkeys(people))[:CARTS])
    before = _mails(smtp_log)["reminder"]

    def sent() -> int:
        wait_until_idle(shop)
        return _mails(smtp_log)["reminder"] - before

    size = len(carts.emails)
    carts.first_act("emptied")
    carts.empty("emptied")
    report.compare("reminders for carts emptied", 0, sent())
    carts.first_act("ordered")
    carts.order("ordered")
    report.compare("reminders for carts ordered", 0, sent())
    carts.first_act("silent")
    report.compare("reminders for carts left alone", size, sent())
    carts.again("silent", {"A1": 1, "B2": 2})
    report.compare("… pushed again unchanged", size, sent())
    carts.again("silent", {"C3": 1})
    report.compare("… pushed again changed", 2 * size, sent())


def _all(shop: Shop, what: str) -> Iterator[dict[str, Any]]:
    start = 0
    while rows := shop.get(f"/v2/{what}?maxResults=500&startAt={start}")[what]:
        yield from rows
        start += len(rows)


def _statuses(shop: Shop) -> Counter[str]:
    return Counter(row["statusName"] for row in _all(shop, "orders"))


def _accepted(smtp_log: Path) -> list[dict[str, Any]]:
    return read_log(smtp_log) if smtp_log.exists() else []


def _mails(smtp_log: Path) -> Counter[str]:
    """Count accepted messages by the first word of their subject, in small letters."""
    return Counter(row["subject"].split()[0].rstrip(":,").lower() for row in _accepted(smtp_log))


def _twice(smtp_log: Path) -> int:
    return sum(n - 1 for n in Counter(row["message_id"] for row in _accepted(smtp_log)).values())


if __name__ == "__main__":
    sys.exit(main())
