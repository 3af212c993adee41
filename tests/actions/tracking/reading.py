"""What tests of tracking share: sent messages, and people and machines that read them."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from actions.models import Delivery
from crm import clock
from crm.models import Newsletter, Profile
from tests.factories.deliveries import a_delivery, a_profile
from tests.factories.messages import NewsletterFactory

PERSON = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605"
ROBOT = "Mozilla/5.0 (compatible; BarracudaCentral/1.0)"
SHOP = "https://shop.example/sale"
PARTS = {
    "language": "en",
    "subject": "Sale",
    "html": f'<body><a href="{SHOP}">Sale</a> <a href="{SHOP}?e={{{{ profile.email }}}}">You</a></body>',
    "text": "",
}


def a_sent_one(profile: Profile | None = None, *, minutes_ago: int = 10, **columns: Any) -> Delivery:
    """Return an e-mail that left some minutes ago."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    values = {"status": "sent", "ended_at": at, "planned_at": at, "due_at": None, "subject": "Sale", "parts": PARTS}
    return a_delivery(profile, **{**values, **columns})


def of_newsletter(profile: Profile | None = None, **columns: Any) -> tuple[Delivery, Newsletter]:
    """Return an e-mail of a newsletter that left."""
    newsletter = NewsletterFactory(name="March")
    return a_sent_one(profile or a_profile(), newsletter_id=newsletter.pk, **columns), newsletter


def links_in(html: str) -> list[str]:
    """Return the paths of links of ours, in order."""
    return [
        found.removeprefix("http://testserver") for found in re.findall(r'href="(http://testserver/c/[^"]+)"', html)
    ]


def picture_in(html: str) -> str:
    """Return the path of the picture."""
    found = re.search(r'src="http://testserver(/o/[^"]+)"', html)
    assert found
    return found[1]


def fetch(path: str, agent: str = PERSON, **headers: str) -> Any:
    """Return the answer to a GET."""
    return Client(headers={"user-agent": agent, **headers}).get(path)
