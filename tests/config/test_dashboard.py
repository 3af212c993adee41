"""The first page of the back-office, and the search."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crm import clock
from tests.factories.deliveries import a_delivery
from tests.factories.people import ProfileFactory, UserFactory
from tests.factories.points import CouponFactory, CouponPoolFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    cache.clear()
    client.force_login(UserFactory())
    return client


def test_an_empty_shop_is_shown_its_first_steps(admin: Client) -> None:
    page = admin.get("/admin/")
    assert page.context["steps"]
    assert not any(done for _text, _url, done in page.context["steps"])
    assert "All is well." in page.content.decode()


def test_messages_are_drawn_by_day_and_outcome(admin: Client) -> None:
    now = clock.now()
    for status in ("sent", "sent", "failed", "unknown", "skipped"):
        a_delivery(status=status, ended_at=now)
    chart = json.loads(admin.get("/admin/").context["chart"])
    assert {one["label"]: one["data"][-1] for one in chart["datasets"]} == {"Sent": 2, "Failed": 1, "Unknown": 1}
    assert len(chart["labels"]) == 14


def test_a_pool_that_comes_to_its_end_is_worth_a_look(admin: Client) -> None:
    pool = CouponPoolFactory()
    CouponFactory(pool=pool, profile=ProfileFactory())
    page = admin.get("/admin/")
    assert [number for text, number, _url in page.context["attention"] if "coupon" in text] == ["1"]


def test_the_search_finds_people_orders_and_pages(admin: Client) -> None:
    ProfileFactory(first_name="Ordella", email="o@example.com")
    OrderFactory(reference="ORD-1")
    page = admin.get(reverse("admin:search"), {"s": "ord", "extended": "1"}).content.decode()
    assert "Ordella" in page
    assert "ORD-1" not in page
    assert ">Orders<" in page
    assert "ORD-1" in admin.get(reverse("admin:search"), {"s": "ORD"}).content.decode()


@pytest.mark.parametrize("term", ["", "%", "x" * 5000, "<b>"])
def test_strange_terms_do_no_harm(admin: Client, term: str) -> None:
    answer = admin.get(reverse("admin:search"), {"s": term})
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_login_leads_to_the_first_page_and_speaks_the_browsers_language(client: Client) -> None:
    user = UserFactory(username="ada")
    user.set_password("secret-words")
    user.save()
    login = reverse("admin:login")
    assert client.get(login, headers={"Accept-Language": "fr"}).headers["Content-Language"] == "fr"
    response = client.post(login, {"username": "ada", "password": "secret-words"})
    assert response.headers["Location"] == "/admin/"
