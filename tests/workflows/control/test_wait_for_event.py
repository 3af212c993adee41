from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from crm.conditions.base import EventView
from triggers.models import Kind
from workflows.control import WaitForEvent
from workflows.control.base import Leaving, WaitContext, Waiting
from workflows.control.wait_for_event import WaitForEventForm

NOON = WaitContext(datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Paris")
HOUR = {"count": 1, "unit": "hours"}
RUN = Waiting(7, "A1")


def block(event: str = "ordered", **config: object) -> WaitForEvent:
    return WaitForEvent({"event": event, "at_most": HOUR, **config})


def test_it_waits_at_most_so_long():
    assert block().until(NOON) == NOON.now + timedelta(hours=1)


def test_yes_where_there_was_an_event_no_where_there_was_none():
    assert block().choose(Leaving("l", 1, EventView(Kind.ORDER_CREATED, 1))) == "yes"
    assert block().choose(Leaving("l", 1)) == "no"


def test_any_order_ends_the_wait_unless_it_must_be_the_one_that_started_the_run():
    other, same = EventView(Kind.ORDER_PAID, 1, key="B2"), EventView(Kind.ORDER_PAID, 1, key="A1")
    assert block("paid").wants(other, RUN)
    assert not block("paid", same_key=True).wants(other, RUN)
    assert block("paid", same_key=True).wants(same, RUN)
    assert not block("paid", same_key=True).wants(EventView(Kind.ORDER_PAID, 1), Waiting(7, ""))


def test_a_call_has_its_identifier():
    asked = block("called", identifier="quote-signed", same_key=True)
    assert asked.wants(EventView(Kind.API_CALLED, 1, name="quote-signed", key="A1"), RUN)
    assert not asked.wants(EventView(Kind.API_CALLED, 1, name="quote-asked", key="A1"), RUN)
    assert not asked.wants(EventView(Kind.API_CALLED, 1, name="quote-signed", key="A2"), RUN)


def test_anything_with_the_key_of_the_run():
    assert block("any").wants(EventView(Kind.CART_PUSHED, 1, key="A1"), RUN)
    assert not block("any").wants(EventView(Kind.CART_PUSHED, 1, key="A2"), RUN)
    assert Kind.API_CALLED in block("any").hears()
    assert Kind.MOVEMENT_MADE not in block("any").hears()


def test_only_messages_of_the_run_count_as_opened():
    mine = EventView("message_opened", 1, snapshot={"message": {"run": 7}})
    others = EventView("message_opened", 1, snapshot={"message": {"run": 8}})
    assert block("opened").wants(mine, RUN)
    assert not block("opened").wants(others, RUN)
    assert not block("opened").wants(EventView("message_opened", 1, snapshot={"message": {"run": None}}), RUN)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"event": "ordered"}, "Wait until the customer orders, at most 1 hour"),
        ({"event": "paid", "same_key": True}, "Wait until an order is paid (the same key), at most 1 hour"),
        ({"event": "called", "identifier": "go"}, "Wait until the API is called with “go”, at most 1 hour"),
    ],
)
def test_it_says_for_what_and_how_long(config, said):
    with translation.override("en"):
        assert WaitForEvent({"at_most": HOUR, **config}).describe() == said


@pytest.mark.parametrize(
    "config",
    [
        {"event": "ordered", "same_key": True},
        {"event": "called", "identifier": "quote-signed", "same_key": False},
        {"event": "any"},
    ],
)
def test_what_its_form_accepts_is_what_it_shows_again(config):
    form = WaitForEventForm.check_config({**config, "at_most": HOUR})

    assert form.is_valid(), form.errors
    again = WaitForEventForm.check_config(form.config())
    assert again.is_valid()
    assert again.config() == form.config()
    for language in ("en", "fr"):
        with translation.override(language):
            assert WaitForEvent(form.config()).describe()


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"event": "ordered"},
        {"event": "ordered", "at_most": {"count": 0, "unit": "hours"}},
        {"event": "earthquake", "at_most": HOUR},
        {"event": ["ordered"], "at_most": HOUR},
        {"event": "called", "at_most": HOUR},
        {"event": "called", "identifier": "a b", "at_most": HOUR},
        {"event": "called", "identifier": {"a": 1}, "at_most": HOUR},
        {"event": None, "at_most": "soon"},
    ],
)
def test_what_makes_no_sense_is_refused(config):
    assert not WaitForEventForm.check_config(config).is_valid()
