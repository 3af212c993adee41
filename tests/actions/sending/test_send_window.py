"""W9: messages leave in the days and hours that their rules allow, by the clock of whom they go to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from actions.models import Delivery
from actions.send_window import InSendWindow, SendWindow
from actions.sending import deliver
from crm import clock
from crm.models import Site
from crm.wallclock import WEEKDAYS
from tests.factories.deliveries import a_delivery, a_profile

MONDAY = datetime(2026, 5, 4, 4, tzinfo=UTC)  # 6:00 in Paris
OFFICE = {"days": list(WEEKDAYS[:5]), "from": "09:00", "to": "18:00", "outside": "wait"}


def planned(*, zone: str = "", outside: str = "wait", **window: object) -> Delivery:
    rules = {"purpose": "marketing", "consents": ["NewsEmail"], "window": {**OFFICE, "outside": outside, **window}}
    return a_delivery(a_profile(time_zone=zone), rules=rules)


def again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def _shop(db: None) -> None:
    Site(time_zone="Europe/Paris").save()


@pytest.mark.usefixtures("_shop")
def test_a_message_waits_for_the_window_at_the_cost_of_no_attempt() -> None:
    with clock.at(MONDAY):
        paris, tokyo = planned(), planned(zone="Asia/Tokyo")
        deliver("mail", 10)
        assert (again(tokyo).status, again(paris).status) == ("sent", "planned")
        assert (paris.reason, paris.attempts, paris.lease) == ("waits_for_window", 0, None)
        assert paris.due_at == MONDAY.replace(hour=7)
        assert deliver("mail", 10) == 0
    with clock.at(MONDAY.replace(hour=7)):
        deliver("mail", 10)
        assert (again(paris).status, paris.reason, paris.attempts) == ("sent", "", 1)


@pytest.mark.usefixtures("_shop")
def test_it_is_skipped_where_the_window_says_so() -> None:
    with clock.at(MONDAY):
        delivery = planned(outside="skip")
        deliver("mail", 10)
        assert (again(delivery).status, delivery.reason) == ("skipped", "outside_window")


@pytest.mark.usefixtures("_shop")
def test_the_zone_is_that_of_the_moment_of_sending() -> None:
    with clock.at(MONDAY):
        delivery = planned()
        delivery.profile.time_zone = "Asia/Tokyo"
        delivery.profile.save()
        deliver("mail", 10)
        assert again(delivery).status == "sent"


@pytest.mark.usefixtures("_shop")
def test_without_a_window_no_query_is_made_and_with_it_one_for_all() -> None:
    plain, limited = [a_delivery() for _ in range(3)], [planned() for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        InSendWindow().ask_many(plain)
        assert len(queries) == 0
        InSendWindow().ask_many([*plain, *limited])
        assert len(queries) == 1


@pytest.mark.parametrize(
    ("window", "now", "opens"),
    [
        (OFFICE, "2026-05-04T07:00", "2026-05-04T07:00"),
        (OFFICE, "2026-05-04T16:00", "2026-05-05T07:00"),  # 18:00 is outside
        (OFFICE, "2026-05-08T16:30", "2026-05-11T07:00"),  # over the weekend
        ({**OFFICE, "to": "00:00"}, "2026-05-04T21:59", "2026-05-04T21:59"),
        ({**OFFICE, "to": "00:00"}, "2026-05-04T22:00", "2026-05-05T07:00"),
        ({**OFFICE, "days": ["sun"], "from": "02:00", "to": "03:00"}, "2026-03-27T12:00", "2026-04-05T00:00"),
        ({**OFFICE, "days": ["sun"], "from": "02:30", "to": "04:00"}, "2026-03-27T12:00", "2026-03-29T01:00"),
    ],
)
def test_when_it_opens(window: dict[str, object], now: str, opens: str) -> None:
    instant = datetime.fromisoformat(f"{now}:00+00:00")
    assert SendWindow.of(window).opens_at(instant, ZoneInfo("Europe/Paris")).isoformat()[:16] == opens


@given(
    st.sampled_from(["Europe/Paris", "America/Havana", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.integers(0, 22),
)
def test_it_opens_within_two_weeks_and_is_open_then(zone: str, now: datetime, days: set[str], hour: int) -> None:
    window = SendWindow(frozenset(days), time(hour), time(hour + 1))
    there = ZoneInfo(zone)

    opens = window.opens_at(now, there)

    assert now <= opens <= now + timedelta(days=15)
    assert window.opens_at(opens, there) == opens
