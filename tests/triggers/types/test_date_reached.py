"""T15: the birthday or a date of a profile comes, in its own zone, once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.dates import DateRule
from crm.models import CustomField, Profile, Site
from tests.factories.people import CustomFieldFactory, CustomValueFactory, ProfileFactory
from triggers.base import trigger_types
from triggers.dates import record_dates
from triggers.models import Event, Kind
from workflows.engine.views import event_view

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MORNING = datetime(2026, 5, 3, 7, tzinfo=UTC)  # 9:00 in Paris
BORN = date(1990, 5, 3)


def rule(field: str = "birthday", *, at: str = "09:00", **config: Any) -> DateRule:
    return DateRule.of({"field": field, "when": "on", "at": at, **config})


def somebody(birthday: date | None = BORN, *, zone: str = "", since: datetime = LONG_AGO) -> Profile:
    with clock.at(since):
        return ProfileFactory(birthday=birthday, time_zone=zone)


def dated(day: date, *, field: CustomField | None = None) -> Profile:
    with clock.at(LONG_AGO):
        profile = ProfileFactory()
        field = field or CustomFieldFactory(name="ends", label="Contract end", type="date")
        CustomValueFactory(profile=profile, field=field, text=None, date=day)
    return profile


def look(at: datetime, wanted: DateRule | None = None, *, since: datetime | None = None) -> int:
    with clock.at(at):
        return record_dates(wanted or rule(), since=since or at - timedelta(days=2), until=at)


def reached() -> list[tuple[int, str]]:
    """Return who got an event, and when it came."""
    rows = Event.objects.filter(kind=Kind.DATE_REACHED).order_by("occurred_at", "profile_id")
    return [(event.profile_id, f"{event.occurred_at.astimezone(UTC):%Y-%m-%d %H:%M}") for event in rows]


@pytest.fixture(autouse=True)
def _shop(db: None) -> None:
    Site(time_zone="Europe/Paris").save()


def test_a_birthday_comes_at_its_hour_once() -> None:
    profile = somebody()
    somebody(date(1990, 5, 4))
    somebody(None)
    assert look(MORNING - timedelta(seconds=1)) == 0
    assert [look(MORNING), look(MORNING), look(MORNING + timedelta(hours=5))] == [1, 0, 0]
    event = Event.objects.get(kind=Kind.DATE_REACHED)
    assert (event.profile_id, event.occurred_at, event.name) == (profile.pk, MORNING, "birthday")
    seen = event.snapshot["date"]
    assert (seen["value"], seen["day"], seen["years"]) == ("1990-05-03", "2026-05-03", 36)
    assert look(MORNING.replace(year=2027)) == 1


def test_each_profile_lives_by_its_own_clock_and_one_without_a_zone_by_the_shops() -> None:
    tokyo, paris, hawaii = (somebody(zone=name) for name in ("Asia/Tokyo", "", "Pacific/Honolulu"))
    lost = somebody()
    models.QuerySet(Profile).filter(pk=lost.pk).update(time_zone="Mars/Olympus")
    for hours in range(-12, 24):
        look(MORNING + timedelta(hours=hours))
    assert reached() == [
        (tokyo.pk, "2026-05-03 00:00"),
        (paris.pk, "2026-05-03 07:00"),
        (lost.pk, "2026-05-03 07:00"),
        (hawaii.pk, "2026-05-03 19:00"),
    ]


@pytest.mark.parametrize(("when", "days", "morning"), [("before", 3, "2026-04-30"), ("after", 10, "2026-05-13")])
def test_days_before_and_after(when: str, days: int, morning: str) -> None:
    somebody()
    wanted = rule(when=when, days=days)
    day = datetime.fromisoformat(f"{morning}T07:00:00+00:00")
    assert [look(day - timedelta(minutes=1), wanted), look(day, wanted)] == [0, 1]


def test_an_offset_reaches_over_the_turn_of_the_year() -> None:
    somebody(date(1990, 1, 2))
    assert look(datetime(2026, 12, 30, 9, tzinfo=UTC), rule(when="before", days=3)) == 1
    seen = Event.objects.get(kind=Kind.DATE_REACHED).snapshot["date"]
    assert (seen["day"], seen["years"]) == ("2027-01-02", 37)


def test_29_february_is_kept_on_28_february_in_common_years() -> None:
    leapling = somebody(date(2000, 2, 29))
    somebody(date(2000, 2, 28))
    assert look(datetime(2027, 2, 28, 9, tzinfo=UTC)) == 2
    assert look(datetime(2027, 3, 1, 9, tzinfo=UTC)) == 0
    assert look(datetime(2028, 2, 28, 9, tzinfo=UTC)) == 1
    assert look(datetime(2028, 2, 29, 9, tzinfo=UTC)) == 1
    assert reached()[-1][0] == leapling.pk


def test_the_hour_that_does_not_exist_comes_when_the_clock_jumps_over_it() -> None:
    somebody(date(1990, 3, 29))
    wanted = rule(at="02:30")
    assert look(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), wanted) == 0
    assert look(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), wanted) == 1


def test_the_hour_that_comes_twice_counts_once() -> None:
    somebody(date(1990, 10, 25))
    wanted = rule(at="02:30")
    assert [look(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), wanted) for hour in (0, 1)] == [1, 0]


def test_nobody_is_greeted_on_the_day_of_birth_or_before() -> None:
    somebody(date(2026, 5, 3))
    somebody(date(2030, 5, 3))
    assert look(MORNING) == 0


def test_a_date_field_comes_once_and_its_anniversary_every_year() -> None:
    field = CustomFieldFactory(name="ends", label="Contract end", type="date")
    dated(date(2026, 5, 3), field=field)
    dated(date(2024, 5, 3), field=field)
    once, yearly = rule("custom.ends", repeats="once"), rule("custom.ends", repeats="yearly")
    assert [look(MORNING, once), look(MORNING, yearly)] == [1, 1]
    assert [look(MORNING.replace(year=2027), once), look(MORNING.replace(year=2027), yearly)] == [0, 2]


def test_a_date_that_is_moved_comes_on_its_new_day() -> None:
    profile = dated(date(2026, 5, 3))
    wanted = rule("custom.ends")
    with clock.at(MORNING - timedelta(days=1)):
        value = profile.custom_values.get()
        value.date = date(2026, 5, 10)
        value.save()
    assert look(MORNING, wanted) == 0
    assert look(MORNING + timedelta(days=7), wanted) == 1


def test_a_birthday_corrected_after_it_came_does_not_come_again_this_year() -> None:
    profile = somebody()
    look(MORNING)
    with clock.at(MORNING + timedelta(days=1)):
        profile.birthday = date(1990, 6, 3)
        profile.save()
    assert look(datetime(2026, 6, 3, 7, tzinfo=UTC)) == 0
    assert look(datetime(2027, 6, 3, 7, tzinfo=UTC)) == 1


def test_nothing_is_made_up() -> None:
    somebody()
    somebody(since=MORNING + timedelta(hours=1))
    late = somebody(date(1990, 7, 1))
    with clock.at(MORNING + timedelta(minutes=1)):
        late.birthday = BORN
        late.save()
    assert look(MORNING + timedelta(hours=2), since=MORNING + timedelta(seconds=1)) == 0
    assert look(MORNING + timedelta(hours=2), since=MORNING) == 1
    assert look(MORNING + timedelta(hours=2), since=MORNING - timedelta(days=1)) == 0


def test_who_is_live_for_longer_gets_what_came_before_another_with_the_same_date_was() -> None:
    somebody()
    look(MORNING - timedelta(hours=3))
    assert look(MORNING + timedelta(hours=5), since=MORNING + timedelta(hours=1)) == 0
    assert look(MORNING + timedelta(hours=5)) == 1


def test_an_erased_profile_has_no_birthday() -> None:
    profile = somebody()
    profile.erased_at = clock.now()
    profile.save()
    assert look(MORNING) == 0


def test_two_rules_have_their_own_events_and_triggers() -> None:
    somebody()
    morning, noon = rule(), rule(at="12:00")
    assert [look(MORNING + timedelta(hours=3), each) for each in (morning, noon)] == [1, 1]
    views = [event_view(event) for event in Event.objects.filter(kind=Kind.DATE_REACHED).order_by("id")]
    made = trigger_types["date_reached"]({"field": "birthday", "when": "on", "at": "09:00"})
    assert [made.matches(view, workflow_id=1) for view in views] == [True, False]


def test_looking_costs_a_query_while_nobodys_clock_shows_the_time_and_few_when_many_are_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(10):
        somebody()
    look(MORNING - timedelta(minutes=10))
    with CaptureQueriesContext(connection) as queries:
        assert look(MORNING - timedelta(minutes=6)) == 0
    assert len(queries) == 1
    monkeypatch.setattr("triggers.dates.BATCH", 4)
    with CaptureQueriesContext(connection) as queries:
        assert look(MORNING) == 10
    assert len(queries) < 55


def test_birthdays_are_found_by_their_index() -> None:
    with CaptureQueriesContext(connection) as queries:
        somebody()
        look(MORNING)
    found = next(each["sql"] for each in queries if "SUBSTR" in each["sql"] or "EXTRACT" in each["sql"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + found)
        plan = str(cursor.fetchall())
    assert "profile_birthday" in plan


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_record_each_once() -> None:
    for _ in range(20):
        somebody()
    start = threading.Barrier(2)
    found: list[int] = []

    def scheduler() -> None:
        start.wait()
        try:
            found.append(look(MORNING))
        finally:
            connection.close()

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 20
    assert len(reached()) == 20
