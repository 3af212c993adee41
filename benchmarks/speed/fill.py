"""Fill the database of a stack, in its environment: `python -m benchmarks.speed.fill {profiles,events,runs} N`."""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from crm import clock, db  # noqa: E402
from crm.cause import Cause, Origin  # noqa: E402
from crm.models import Consent, ConsentDefinition, Pot, Profile  # noqa: E402
from triggers.models import Event, Kind  # noqa: E402
from workflows.models import Entry, Run, Workflow  # noqa: E402

CHUNK = 2000
YESTERDAY = "yesterday"


def profiles(count: int) -> None:
    """Insert profiles with an accepted newsletter and a pot, as a shop has them: p0@bench.example and so on."""
    now = clock.now()
    news = ConsentDefinition.objects.get(name="NewsEmail")
    begin = Profile.objects.count()
    for start in range(begin, begin + count, CHUNK):
        numbers = range(start, min(start + CHUNK, begin + count))
        with transaction.atomic():
            rows = db.insert_rows(
                [
                    Profile(
                        email=f"p{n}@bench.example",
                        email_key=f"p{n}@bench.example",
                        first_name=f"First{n}",
                        last_name=f"Last{n}",
                        origin=Origin.API,
                        created_at=now,
                        updated_at=now,
                    )
                    for n in numbers
                ]
            )
            db.insert_rows([Pot(profile=row, updated_at=now) for row in rows])
            db.insert_rows([Consent(profile=row, definition=news, status="accepted", changed_at=now) for row in rows])
    analyze()


def events(count: int, identifier: str = "bench") -> None:
    """Insert calls not yet handled, spread over all profiles, without ringing; the sweep finds them."""
    ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
    cause = Cause(Origin.API, actor="benchmark").columns()
    now = clock.now()
    with transaction.atomic():  # one commit: workers see the whole backlog at once
        for start in range(0, count, CHUNK):
            db.insert_rows(
                [
                    Event(
                        kind=Kind.API_CALLED,
                        profile_id=ids[n % len(ids)],
                        name=identifier,
                        key=f"k{n}",
                        snapshot={"colour": "blue", "key": {"n": f"k{n}"}},
                        occurred_at=now,
                        recorded_at=now,
                        **cause,
                    )
                    for n in range(start, min(start + CHUNK, count))
                ]
            )


def runs(count: int) -> None:
    """Insert runs of a live workflow that wait for thirty days, each with its call and its entry of yesterday."""
    workflow = Workflow.objects.get(name="Waiting")
    assert workflow.version is not None
    now = clock.now()
    then = now - timedelta(days=1)
    calls = Event.objects.filter(name=YESTERDAY)
    first = calls.count()
    ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
    common: dict[str, Any] = {"workflow_id": workflow.pk}
    event: dict[str, Any] = {
        **{name: value for name, value in Cause(Origin.API, actor="benchmark").columns().items() if value is not None},
        "kind": Kind.API_CALLED,
        "name": YESTERDAY,
        "snapshot": "{}",
        "error": "",
        "occurred_at": then,
        "recorded_at": then,
        "handled_at": then,
    }
    run: dict[str, Any] = {
        **common,
        "version_id": workflow.version_id,
        "trigger": 0,
        "status": "waiting",
        "position": workflow.version.definition["steps"][0]["id"],
        "phase": "waiting",
        "due_at": now + timedelta(days=30),
        "data": "{}",
        "actions_done": 0,
        "reason": "",
        "error": "",
        "depth": 0,
        "started_at": then,
    }
    entry = {**common, "outcome": Entry.Outcome.STARTED, "reason": "", "recorded_at": then}
    numbers = (
        f"SELECT generate_series({first}, {first + count - 1}) AS n"
        if db.is_postgres()
        else f"WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {first + count - 1})"
        " SELECT n FROM s"
    )
    with transaction.atomic():
        profile = f"{ids[0]} + n %% {len(ids)}"
        _insert_from(Event, event, {"profile_id": profile, "key": "'w' || n"}, f"({numbers}) AS numbers")
        mine = f"triggers_event WHERE name = '{YESTERDAY}'"
        own = {"profile_id": "profile_id", "event_id": "id", "latest_id": "id", "key": "key"}
        _insert_from(Run, run, own, f"{mine} AND id NOT IN (SELECT event_id FROM workflows_run)")
        of_run = {"profile_id": "profile_id", "event_id": "event_id", "run_id": "id"}
        begun = f"workflows_run WHERE workflow_id = {workflow.pk}"
        _insert_from(
            Entry, entry, of_run, f"{begun} AND id NOT IN (SELECT run_id FROM workflows_entry WHERE run_id IS NOT NULL)"
        )
        Workflow.objects.filter(pk=workflow.pk).update(
            active_since=then, total=workflow.total + count, under_way=workflow.under_way + count
        )
    analyze()


def _insert_from(model: type[Model], values: dict[str, Any], columns: dict[str, str], rows: str) -> None:
    """Insert a row with the same values for each of `rows` (FROM …), and `columns` computed from it."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in (*values, *columns))
    shown = ", ".join((*("%s" for _ in values), *columns.values()))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {shown} FROM {rows}",
            list(values.values()),
        )


def analyze() -> None:
    """Have the database look at its tables, as it does by itself some minutes after so many rows."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def progress() -> dict[str, Any]:
    """Return when the oldest calls were handled first, and what is left."""
    mine = Event.objects.filter(kind=Kind.API_CALLED)
    first = mine.filter(handled_at__isnull=False).order_by("handled_at").values_list("handled_at", flat=True).first()
    return {"first": first.isoformat() if first else None, "rows": row_count()}


def row_count() -> int:
    """Return how many rows the tables of the engine hold."""
    from workflows.models import Entry, Journal

    return sum(model.objects.count() for model in (Event, Entry, Run, Journal))


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "rows":
        print(json.dumps(row_count()))
    else:
        {"profiles": profiles, "events": events, "runs": runs}[what](int(sys.argv[2]), *sys.argv[3:])
