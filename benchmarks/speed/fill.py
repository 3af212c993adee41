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

from crm import clock, db  # noqa: E402
from crm.cause import Cause, Origin  # noqa: E402
from crm.models import Consent, ConsentDefinition, Pot, Profile  # noqa: E402
from triggers.models import Event, Kind  # noqa: E402
from workflows.models import Run, Workflow  # noqa: E402

CHUNK = 2000


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
    _analyze()


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
    """Insert runs of a live workflow that wait for thirty days, with one statement, and count them."""
    workflow = Workflow.objects.get(name="Waiting")
    event = Event.objects.order_by("id").first()
    assert event is not None
    assert workflow.version is not None
    step = workflow.version.definition["steps"][0]["id"]
    now = clock.now()
    columns: dict[str, Any] = {
        "workflow_id": workflow.pk,
        "version_id": workflow.version_id,
        "event_id": event.pk,
        "latest_id": event.pk,
        "trigger": 0,
        "key": "",
        "status": "waiting",
        "position": step,
        "phase": "waiting",
        "due_at": (now + timedelta(days=30)),
        "data": "{}",
        "actions_done": 0,
        "reason": "",
        "error": "",
        "depth": 0,
        "started_at": now,
    }
    table = connection.ops.quote_name(Run._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    values = ", ".join("%s" for _ in columns)
    numbers = (
        "SELECT generate_series(0, %s - 1) AS n"
        if db.is_postgres()
        else "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < %s - 1) SELECT n FROM s"
    )
    ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
    profile = f"{ids[0]} + n % {len(ids)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (profile_id, {names}) SELECT {profile}, {values} FROM ({numbers}) AS numbers",
            [*columns.values(), count],
        )
        Workflow.objects.filter(pk=workflow.pk).update(
            total=workflow.total + count, under_way=workflow.under_way + count
        )
    _analyze()


def _analyze() -> None:
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
