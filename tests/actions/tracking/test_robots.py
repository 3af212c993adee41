"""Machines are told from people."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.tracking.robots import (
    IMAGE_PROXY,
    NO_AGENT,
    PRIVACY_PROXY,
    SCANNER,
    SOON,
    WHY,
    is_prefetch,
    why_machine,
)
from tests.actions.tracking.reading import PERSON

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = [
    PERSON,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.5134; ms-office; MSOffice 16)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.9.0",
]
MACHINES = [
    ("", NO_AGENT),
    ("   ", NO_AGENT),
    ("Mozilla/5.0", PRIVACY_PROXY),
    ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", IMAGE_PROXY),
    ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", IMAGE_PROXY),
    ("Mozilla/5.0 (compatible; BarracudaCentral/1.0)", SCANNER),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", SCANNER),
    ("Microsoft Office Existence Discovery", SCANNER),
    ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/124.0", SCANNER),
    ("python-requests/2.31", SCANNER),
    ("curl/8.5.0", SCANNER),
    ("Go-http-client/1.1", SCANNER),
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_people(agent: str) -> None:
    assert why_machine(agent, sent_at=NOON, at=NOON + timedelta(minutes=1)) == ""


@pytest.mark.parametrize(("agent", "why"), MACHINES)
def test_machines_are_machines(agent: str, why: str) -> None:
    assert why_machine(agent, sent_at=NOON, at=NOON + timedelta(minutes=1)) == why
    assert str(WHY[why])


def test_nobody_reads_within_seconds_of_sending() -> None:
    assert why_machine(PERSON, sent_at=NOON, at=NOON + timedelta(seconds=4)) == SOON
    assert why_machine(PERSON, sent_at=None, at=NOON) == SOON
    assert why_machine(PERSON, sent_at=NOON, at=NOON + timedelta(seconds=5)) == ""


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "Prefetch"}, {"X-Moz": "prefetch"}]
)
def test_who_fetches_ahead_says_so(headers: dict[str, str]) -> None:
    assert is_prefetch(headers)
    assert not is_prefetch({"Sec-Fetch-Mode": "navigate"})
