"""The pages of a draft say how far the counting of its recipients is."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.mailings import counting
from actions.mailings.counting import count_all
from tests.factories.deliveries import a_profile
from tests.factories.mailings import a_newsletter

pytestmark = pytest.mark.django_db


def test_the_pages_say_how_far_it_is(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PIECE", 3)
    for _ in range(7):
        a_profile()
    newsletter = a_newsletter()
    at = {name: reverse(f"admin:crm_newsletter_{name}", args=[newsletter.pk]) for name in ("page", "send", "count")}
    for page in ("page", "send"):
        seen = admin.get(at[page]).content.decode()
        assert "counting…" in seen, page
        assert at["count"] in seen, page
    assert "HX-Refresh" not in admin.get(at["count"], {"refresh": "1"}).headers
    count_all()
    known = admin.get(at["count"], {"refresh": "1"})
    assert known.headers["HX-Refresh"] == "true"
    assert "7" in known.content.decode()
    assert "HX-Refresh" not in admin.get(at["count"]).headers


def test_the_pages_say_why_others_are_left_out(admin: Client) -> None:
    a_profile()
    for _ in range(2):
        a_profile(accepts=())
    newsletter = a_newsletter()
    for page in ("page", "send"):
        seen = admin.get(reverse(f"admin:crm_newsletter_{page}", args=[newsletter.pk])).content.decode()
        assert "not 2 others: None of the chosen consents is accepted." in seen, page
