"""When a time of day comes in each zone, and where a day begins."""

from datetime import UTC, date, datetime, time, timedelta

from actions.mailings.days import Day, days_come, zones_known

PARIS, NEW_YORK = "Europe/Paris", "America/New_York"


def test_each_day_comes_once_in_each_zone_however_often_one_looks() -> None:
    begin, seen = datetime(2026, 3, 26, tzinfo=UTC), []
    for minute in range(0, 4 * 24 * 60, 17):
        since = begin + timedelta(minutes=minute)
        for day in days_come(time(2, 30), since=since, until=since + timedelta(minutes=17), shop_zone=PARIS):
            seen += [(day.date, zone) for zone in day.zones]
    assert len(seen) == len(set(seen))
    for zone in ("", PARIS, NEW_YORK, "Pacific/Kiritimati", "Pacific/Niue"):
        days = sorted(day for day, where in seen if where == zone)
        assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
        assert len(days) == 4


def test_a_day_is_a_stretch_of_time_that_depends_on_the_zone() -> None:
    day = Day(date(2026, 3, 30), ("", PARIS, NEW_YORK), PARIS)
    spans = {zone: (span.start, span.end) for span in day.spans(days_before=1) for zone in span.zones}
    assert spans[""] == spans[PARIS] == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
    assert spans[NEW_YORK] == (datetime(2026, 3, 29, 4, tzinfo=UTC), datetime(2026, 3, 30, 4, tzinfo=UTC))
    assert len(zones_known()) > 400
