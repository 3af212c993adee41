"""Wall-clock times become instants by one rule, in every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.wallclock import WEEKDAYS, anniversary, days_of_year, first_at, instant_of, zone_of

ZONES = sorted(available_timezones())
PARIS = ZoneInfo("Europe/Paris")

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
times = st.times().map(lambda at: at.replace(microsecond=0))
#: hours at which clocks are put forward and back
night = st.builds(time, st.integers(0, 4), st.integers(0, 59))


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def changes_of(zone: ZoneInfo, year: int) -> list[date]:
    """Return the days of a year in which the clock of a zone is put forward or back, with their neighbours."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return [noons[n].date() for n in range(1, 365) if offsets[n - 1] != offsets[n + 1]]


@given(zones, days, times | night)
def test_it_is_the_first_instant_at_which_the_clock_shows_that_time_or_a_later_one(zone, day, at):
    wanted = datetime.combine(day, at)

    instant = instant_of(day, at, zone)

    assert shown(instant, zone) >= wanted
    assert shown(instant - timedelta(seconds=1), zone) < wanted


@given(zones, days, times | night, st.timedeltas(timedelta(), timedelta(hours=30)))
def test_a_later_time_never_comes_earlier(zone, day, at, later):
    other = datetime.combine(day, at) + later

    assert instant_of(other.date(), other.time().replace(microsecond=0), zone) >= instant_of(day, at, zone)


@given(zones, st.datetimes(datetime(1900, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC)))
def test_what_a_clock_shows_is_that_instant_or_the_same_time_shown_once_before(zone, instant):
    instant = instant.replace(microsecond=0)
    seen = shown(instant, zone)

    resolved = instant_of(seen.date(), seen.time(), zone)

    assert resolved <= instant
    assert shown(resolved, zone) == seen


@pytest.mark.parametrize("name", ZONES)
def test_the_rule_holds_around_every_change_of_the_clock_this_year(name):
    zone = ZoneInfo(name)
    for day in changes_of(zone, 2026):
        at_each = [instant_of(day, time(n // 4, n % 4 * 15), zone) for n in range(96)]
        assert at_each == sorted(at_each)
        for n, instant in enumerate(at_each):
            wanted = datetime.combine(day, time(n // 4, n % 4 * 15))
            assert shown(instant, zone) >= wanted
            assert shown(instant - timedelta(seconds=1), zone) < wanted


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Paris", date(2026, 3, 29), time(2, 30), "2026-03-29T01:00:00+00:00"),  # does not exist
        ("Europe/Paris", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30:00+00:00"),  # comes twice
        ("Pacific/Apia", date(2011, 12, 30), time(9), "2011-12-30T10:00:00+00:00"),  # a day left out
        ("America/Havana", date(2026, 3, 8), time(0, 0), "2026-03-08T05:00:00+00:00"),  # no midnight
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00+00:00"),  # half an hour
        ("Asia/Kolkata", date(2026, 5, 3), time(9), "2026-05-03T03:30:00+00:00"),
    ],
)
def test_hours_that_do_not_exist_and_hours_that_come_twice(zone, day, at, instant):
    assert instant_of(day, at, ZoneInfo(zone)) == datetime.fromisoformat(instant)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\0", "x" * 500])
def test_an_unknown_zone_gives_way_to_the_next_best(name, settings):
    settings.TIME_ZONE = "Europe/Paris"

    assert str(zone_of(name, "Asia/Tokyo")) == "Asia/Tokyo"
    assert str(zone_of(name, "Atlantis")) == "Europe/Paris"


def test_29_february_is_28_february_in_years_without_it():
    born = date(2000, 2, 29)

    assert [anniversary(born, year) for year in (2024, 2027)] == [date(2024, 2, 29), date(2027, 2, 28)]
    assert days_of_year(date(2024, 2, 28)) == [228]
    assert days_of_year(date(2027, 2, 28)) == [228, 229]
    assert days_of_year(date(2024, 2, 29)) == [229]


@given(days, st.integers(1900, 2100))
def test_each_date_has_one_anniversary_a_year_and_is_found_on_it(day, year):
    found = [
        each
        for each in (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        if each.year == year and day.month * 100 + day.day in days_of_year(each)
    ]

    assert found == [anniversary(day, year)]


@given(
    zones,
    st.datetimes(datetime(1990, 1, 2), datetime(2050, 1, 1), timezones=st.just(UTC)),
    times,
    st.sampled_from(WEEKDAYS),
)
def test_the_next_weekday_comes_within_eight_days(zone, now, at, weekday):
    found = first_at(now, at, zone, lambda day: WEEKDAYS[day.weekday()] == weekday)

    assert now <= found <= now + timedelta(days=16)


def test_the_next_time_of_day_is_today_or_tomorrow():
    noon = datetime(2026, 5, 4, 10, tzinfo=UTC)  # 12:00 in Paris

    assert first_at(noon, time(12), PARIS) == noon
    assert first_at(noon, time(18), PARIS) == datetime(2026, 5, 4, 16, tzinfo=UTC)
    assert first_at(noon, time(9), PARIS) == datetime(2026, 5, 5, 7, tzinfo=UTC)
