from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from workflows.control import End, Wait
from workflows.control.base import WaitContext, control_types
from workflows.control.forms import WaitForm
from workflows.exits import KEYS

NOON = WaitContext(datetime(2026, 3, 28, 12, tzinfo=UTC))


def of(count: object, unit: str = "days") -> dict:
    return {"duration": {"count": count, "unit": unit}}


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("minutes", timedelta(minutes=3)),
        ("hours", timedelta(hours=3)),
        ("days", timedelta(days=3)),
        ("weeks", timedelta(weeks=3)),
    ],
)
def test_a_wait_is_over_after_its_length(unit, length):
    assert Wait(of(3, unit)).until(NOON) == NOON.now + length


def test_a_wait_says_how_long_in_both_languages():
    assert Wait(of(1)).describe() == "Wait 1 day"
    with translation.override("fr"):
        assert Wait(of(2, "weeks")).describe() == "Attendre 2 semaines"


def test_an_end_ends():
    assert End.is_end
    assert End({}).until(NOON) == NOON.now


@pytest.mark.parametrize("config", [{}, of(0), of(-1), of("x"), of(1, "years"), of(10**12), of(None), of([1])])
def test_a_wait_of_no_sensible_length_is_refused(config):
    assert not WaitForm.check_config(config).is_valid()


def test_what_a_form_accepts_is_what_it_shows_again():
    form = WaitForm.check_config(of(3, "hours"))

    assert form.is_valid()
    assert form.config() == of(3, "hours")
    assert 'value="3"' in str(WaitForm.from_config(form.config())["duration"])


def test_every_control_block_describes_itself():
    assert set(control_types.kinds()) == {"wait", "end", "wait_until", "split", "wait_for_event"}
    assert all(cls.label and cls.form_class and cls.icon for cls in control_types)


def test_the_exits_of_every_block_have_keys_that_are_stored_for_ever():
    assert all(set(cls({}).exits()) <= set(KEYS) for cls in control_types)
