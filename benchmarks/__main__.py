"""`make bench`: speed and memory on SQLite and PostgreSQL, three rounds each, every figure beside a floor."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.postgres import NoPostgres, postgres
from benchmarks.speed import floors
from benchmarks.speed.figures import Figure, figure, keep, show
from benchmarks.speed.measures import HTML, Bench, percentile
from benchmarks.stack import ROOT, stack

PROFILES = 20_000
SIZES = {"posts": 8_000, "events": 20_000, "mails": 5_000, "latency": 100, "recipients": 100_000}
SMALL = {"posts": 500, "events": 2_000, "mails": 300, "latency": 20, "recipients": 2_000}
MILLION = 1_000_000


def main() -> int:
    """Measure, print and keep."""
    options = _options()
    figures: list[Figure] = []
    for database in options.database or ["sqlite", "postgres"]:
        try:
            with _bench(database) as bench:
                figures += measure(bench, database, options)
        except NoPostgres as error:
            print(f"skipped: {error}", file=sys.stderr)
        show(figures)
        keep(figures, ROOT / "var" / "bench.json")
    return 0


def measure(bench: Bench, database: str, options: argparse.Namespace) -> list[Figure]:
    """Take all figures of one database, then again beside a million waiting runs where asked."""
    sizes = SMALL if options.small else SIZES
    bench.fill("profiles", 1_000 if options.small else PROFILES)
    bench.engine_points(500)  # warms the processes up
    found = _figures(bench, database, options.rounds, sizes, suffix="")
    if not options.small and not options.no_million:
        bench.fill("runs", MILLION)
        found += _figures(bench, database, options.rounds, sizes, suffix="_million", only={"engine", "latency"})
    found += _figures(bench, database, options.rounds, sizes, suffix="", only={"newsletter"})
    findings = bench.stack.reconcile()
    if findings:
        print("\n".join(findings))
        raise SystemExit(f"{database}: promises are broken after the measurements")
    if not options.no_million:
        found += _conditions(bench, database, options)
    return found


def _conditions(bench: Bench, database: str, options: argparse.Namespace) -> list[Figure]:
    """Take what each condition costs over a crowd of profiles, which has pots without movements: it comes last."""
    taken, rows = bench.conditions(2_000 if options.small else MILLION, options.rounds)
    return [
        figure(f"condition_{name}", database, "ms", values, rows=(rows, rows), floor="COUNT of the same profiles")
        for name, values in taken.items()
    ]


def _figures(
    bench: Bench,
    database: str,
    rounds: int,
    sizes: dict[str, int],
    *,
    suffix: str,
    only: frozenset[str] | set[str] = frozenset({"accept", "engine", "mails", "latency", "memory"}),
) -> list[Figure]:
    made: list[Figure] = []

    def add(name: str, unit: str, values: list[tuple[float, float]], before: int, floor: str) -> None:
        made.append(figure(name + suffix, database, unit, values, rows=(before, bench.rows()), floor=floor))
        show(made[-1:])

    before = bench.rows()
    if "accept" in only:
        values = [bench.accept_post(sizes["posts"]) for _ in range(rounds)]
        add("accept_post", "POST/s", values, before, "single-row commits, as many connections")
    if "engine" in only:
        values = [bench.engine_points(sizes["events"]) for _ in range(rounds)]
        add("engine_points", "events/s", values, before, "bare driver, one connection, same rows")
    if "mails" in only:
        values = [bench.mails_sent(sizes["mails"]) for _ in range(rounds)]
        add("mails_sent", "mails/s", values, before, "bare smtplib, one connection")
    if "latency" in only:
        taken = [bench.latency(sizes["latency"]) for _ in range(rounds)]
        for name, share in (("latency_p50", 0.5), ("latency_p99", 0.99)):
            values = [(percentile(times, share), percentile(least, share)) for times, least in taken]
            add(name, "ms", values, before, "one commit and one mail, open connections")
    if "newsletter" in only:
        values = [bench.newsletter_preparation(sizes["recipients"]) for _ in range(rounds)]
        add("newsletter_preparation", "recip./s", values, before, "bare INSERTs of the same rows, one connection")
        memory = bench.memory()["scheduler"]
        add("newsletter_memory", "MB", [(memory, _bare_memory())], before, "a bare Django process")
    if "memory" in only:
        memory = bench.memory()
        least = _bare_memory()
        for process, size in sorted(memory.items()):
            name = "worker_memory" if process == "engine" else f"{process}_memory"
            add(name, "MB", [(size, least)], before, "a bare Django process")
    elif "engine" in only:
        add("worker_memory", "MB", [(bench.memory()["engine"], _bare_memory())], before, "a bare Django process")
    return made


def _bare_memory() -> float:
    program = (
        "import django, time; from django.conf import settings; settings.configure(); django.setup(); time.sleep(9)"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    try:
        time.sleep(2)
        return floors.resident(process.pid)
    finally:
        process.kill()
        process.wait()


@contextmanager
def _bench(database: str) -> Iterator[Bench]:
    if database == "postgres":
        with postgres() as server, _ready(server.url, server.url) as bench:
            yield bench
    else:
        with tempfile.TemporaryDirectory() as folder, _ready(None, f"{folder}/floor.sqlite3") as bench:
            yield bench


@contextmanager
def _ready(database_url: str | None, bare: str) -> Iterator[Bench]:
    with stack(database_url=database_url) as declic:
        for name, document in _workflows().items():
            path = declic.folder / f"{name}.json"
            path.write_text(json.dumps(document))
            declic.manage("import_workflow", str(path), "--activate")
        yield Bench(declic, floors.Bare(bare))


def _workflows() -> dict[str, dict[str, Any]]:
    """Return the workflows that are measured: a condition and points, one mail, and a wait."""
    folder = Path(__file__).parent / "speed" / "workflows"
    documents: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    mail = documents["mail"]["steps"][0]["config"]
    mail["html"] = HTML
    return documents


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="few rows, to see that it runs")
    parser.add_argument("--no-million", action="store_true", help="leave out what needs a million runs or profiles")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
