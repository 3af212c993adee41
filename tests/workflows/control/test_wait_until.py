"""K2: runs wait until the clock or the calendar of their profile says so."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from crm import clock
from crm.models import Site
from tests.factories.people import CustomFieldFactory, CustomValueFactory, ProfileFactory
from tests.factories.workflows import action, live
from tests.workflows.engine.driving import call, runs, states, work, work_in
from workflows.control import WaitUntil
from workflows.control.base import WaitContext
from workflows.control.wait_until import WaitUntilForm
from workflows.models import Run
from workflows.services.pausing import pause, resume

MONDAY = datetime(2026, 5, 4, 12, tzinfo=UTC)  # 14:00 in Paris
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _shop(db):
    Site(time_zone="Europe/Paris").save()
    CustomFieldFactory(name="ends", label="Contract end", type="date")


def until(config, *, now=MONDAY, zone=PARIS, day=None):
    found = WaitUntil(config).until(WaitContext(now, zone, day))
    return f"{found.astimezone(UTC):%a %Y-%m-%d %H:%M}"


def of_date(**config):
    return {"until": "date", "field": "custom.ends", "repeats": "once", "when": "on", "at": "09:00", **config}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"until": "time", "at": "18:00"}, "Mon 2026-05-04 16:00"),
        ({"until": "time", "at": "09:00"}, "Tue 2026-05-05 07:00"),
        ({"until": "weekday", "weekdays": ["mon"], "at": "15:00"}, "Mon 2026-05-04 13:00"),
        ({"until": "weekday", "weekdays": ["mon"], "at": "09:00"}, "Mon 2026-05-11 07:00"),
        ({"until": "weekday", "weekdays": ["wed", "sun"], "at": "09:00"}, "Wed 2026-05-06 07:00"),
    ],
)
def test_a_time_of_day_or_of_a_week_is_the_next_one_in_the_zone_of_the_profile(config, expected):
    assert until(config) == expected


def test_the_same_wait_ends_earlier_in_the_east():
    config = {"until": "time", "at": "09:00"}
    assert until(config, zone=ZoneInfo("Asia/Tokyo")) == "Tue 2026-05-05 00:00"


@pytest.mark.parametrize(
    ("config", "day", "expected"),
    [
        (of_date(), date(2026, 6, 1), "Mon 2026-06-01 07:00"),
        (of_date(when="before", days=3), date(2026, 6, 1), "Fri 2026-05-29 07:00"),
        (of_date(), date(2026, 5, 4), "Mon 2026-05-04 12:00"),  # past: at once
        (of_date(), None, "Mon 2026-05-04 12:00"),  # missing: at once
        (of_date(field="birthday"), date(1990, 5, 4), "Tue 2027-05-04 07:00"),
        (of_date(field="birthday"), date(2000, 2, 29), "Sun 2027-02-28 08:00"),
        (of_date(repeats="yearly", when="after", days=7), date(2020, 5, 1), "Fri 2026-05-08 07:00"),
    ],
)
def test_a_date_is_waited_for_and_one_that_is_missing_or_past_is_not(config, day, expected):
    assert until(config, day=day) == expected


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"until": "time"},
        {"until": "time", "at": "noon"},
        {"until": "weekday", "at": "09:00"},
        {"until": "weekday", "weekdays": ["someday"], "at": "09:00"},
        {"until": "date", "at": "09:00"},
        of_date(field="email"),
        of_date(when="before"),
        {"until": ["time"], "at": "09:00"},
    ],
)
def test_what_makes_no_sense_is_refused(config):
    assert not WaitUntilForm.check_config(config).is_valid()


@pytest.mark.parametrize(
    "config",
    [{"until": "time", "at": "09:00"}, {"until": "weekday", "weekdays": ["mon", "sun"], "at": "09:00"}, of_date()],
)
def test_what_a_form_accepts_is_shown_again_and_said_in_both_languages(config):
    form = WaitUntilForm.check_config(config)
    assert form.is_valid(), form.errors
    assert form.config() == config
    assert 'value="09:00"' in WaitUntilForm.from_config(config).as_p()
    assert WaitUntil(config).describe()
    with translation.override("fr"):
        assert WaitUntil(config).describe()


def test_it_is_said_in_words():
    assert WaitUntil({"until": "time", "at": "09:00"}).describe() == "Wait until it is 09:00"
    weekdays = {"until": "weekday", "weekdays": ["mon", "thu"], "at": "09:00"}
    assert WaitUntil(weekdays).describe() == "Wait until it is Monday or Thursday, 09:00"
    assert "3 days before “Contract end”, at 09:00" in WaitUntil(of_date(when="before", days=3)).describe()


def waiting(config, *profiles):
    """Let profiles begin to wait; the points behind the wait tell that it is over."""
    step = {"id": "k2", "type": "control", "kind": "wait_until", "config": config}
    workflow = live(step, action("give_points", points=1))
    for profile in profiles:
        call(profile)
    work()
    return workflow


def due():
    return [f"{run.due_at.astimezone(UTC):%a %d %H:%M}" for run in runs() if run.due_at]


def test_each_run_waits_by_the_clock_of_its_profile():
    with clock.at(MONDAY):
        waiting({"until": "time", "at": "09:00"}, ProfileFactory(), ProfileFactory(time_zone="Asia/Tokyo"))
        assert due() == ["Tue 05 07:00", "Tue 05 00:00"]
        work_in(hours=13)
        assert [status for status, _ in states()] == ["waiting", "done"]
        work_in(hours=19)
        assert [status for status, _ in states()] == ["done", "done"]


def test_runs_wait_for_their_own_dates_and_go_on_at_once_without():
    with clock.at(MONDAY):
        dated, without = ProfileFactory(), ProfileFactory()
        field = CustomFieldFactory._meta.model.objects.get(name="ends")
        CustomValueFactory(profile=dated, field=field, text=None, date=date(2026, 5, 20))
        waiting(of_date(), dated, without)
        assert due() == ["Wed 20 07:00"]
        assert [status for status, _ in states()] == ["waiting", "done"]


def test_a_pause_that_is_shifted_resolves_the_time_anew():
    with clock.at(MONDAY):
        workflow = waiting({"until": "weekday", "weekdays": ["mon"], "at": "09:00"}, ProfileFactory())
        pause(workflow)
    with clock.at(MONDAY + timedelta(days=2)):
        resume(workflow, how="shift")
        work()
        assert due() == ["Mon 11 07:00"]
    with clock.at(MONDAY + timedelta(days=3)):
        pause(workflow)
    with clock.at(MONDAY + timedelta(days=9)):
        resume(workflow, how="shift")
        work()
        assert due() == ["Mon 18 07:00"]
    assert Run.objects.get().journal.count() == 0


def test_new_data_of_a_cart_restarts_the_wait():
    step = {"id": "k2", "type": "control", "kind": "wait_until", "config": {"until": "time", "at": "09:00"}}
    keyed = {"kind": "api_call", "options": {"identifier": "go", "repeated": "updates"}}
    profile = ProfileFactory()
    with clock.at(MONDAY):
        live(step, action("give_points", points=1), triggers=[keyed])
        call(profile, key="a")
        work()
        assert due() == ["Tue 05 07:00"]
    with clock.at(MONDAY + timedelta(hours=20)):
        call(profile, key="a")
        work()
        assert due() == ["Wed 06 07:00"]
