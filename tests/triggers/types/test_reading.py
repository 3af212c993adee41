"""Which readings and clicks start a run."""

from typing import Any

import pytest

from crm.conditions.base import EventView
from triggers.base import trigger_types
from triggers.models import Kind


def opened(part: str, key: str) -> EventView:
    return EventView(Kind.MESSAGE_OPENED, 1, name=part, key=f"{part}:{key}", snapshot={"message": {}})


def clicked(link: str, *earlier: str, key: str = "workflow:7:s1") -> EventView:
    seen = {"message": {"link": link, "earlier_links": list(earlier)}}
    return EventView(Kind.MESSAGE_CLICKED, 1, name=key.partition(":")[0], key=key, snapshot=seen)


def matches(kind: str, event: EventView, **options: Any) -> bool:
    return trigger_types[kind](options).matches(event, workflow_id=1)


def test_a_newsletter_starts_what_waits_for_newsletters_a_scenario_what_waits_for_scenarios() -> None:
    newsletter, scenario, workflow = (opened(part, "a") for part in ("newsletter", "scenario", "workflow"))
    assert [matches("newsletter_read", each, which="any") for each in (newsletter, scenario, workflow)] == [
        True,
        False,
        False,
    ]
    assert [matches("scenario_read", each, which="any") for each in (newsletter, scenario, workflow)] == [
        False,
        True,
        False,
    ]


def test_a_list_wants_what_is_in_it() -> None:
    listed = {"which": "list", "messages": ["newsletter:a"]}
    assert matches("newsletter_read", opened("newsletter", "a"), **listed)
    assert not matches("newsletter_read", opened("newsletter", "b"), **listed)


def test_without_a_link_the_first_click_of_a_message_counts() -> None:
    assert matches("link_clicked", clicked("https://a.example"))
    assert not matches("link_clicked", clicked("https://b.example", "https://a.example"))


def test_with_a_link_the_first_click_on_it_counts() -> None:
    sale = {"link": "https://a.example/sale"}
    assert matches("link_clicked", clicked("https://a.example/sale?x=1", "https://a.example"), **sale)
    assert not matches("link_clicked", clicked("https://a.example/sale?x=2", "https://a.example/sale?x=1"), **sale)
    assert not matches("link_clicked", clicked("https://a.example"), **sale)


@pytest.mark.parametrize("key", ["workflow:7:s1", "newsletter:a"])
def test_any_message_or_a_list_of_them(key: str) -> None:
    event = clicked("https://a.example", key=key)
    assert matches("link_clicked", event, which="any")
    assert matches("link_clicked", event, which="list", messages=[key])
    assert not matches("link_clicked", event, which="list", messages=["newsletter:b"])


@pytest.mark.parametrize("snapshot", [{}, {"message": None}, {"message": {"earlier_links": None}}, {"message": "x"}])
def test_a_strange_snapshot_does_no_harm(snapshot: dict[str, Any]) -> None:
    event = EventView(Kind.MESSAGE_CLICKED, 1, name="newsletter", snapshot=snapshot)
    matches("link_clicked", event)
    matches("link_clicked", event, link="https://a.example")
