"""What people see when there is nothing to see."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_that_leads_nowhere_says_so_in_the_readers_language(client: Client) -> None:
    page = client.get("/nowhere/", headers={"Accept-Language": "fr"})
    assert page.status_code == 404
    assert "Il n’y a rien ici" in page.content.decode()


def test_somebody_who_may_not_is_told(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=False))
    page = client.get("/admin/crm/order/")
    assert page.status_code == 403
    assert "You may not see this" in page.content.decode()


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_nothing_to_be_shown(name: str) -> None:
    with translation.override("en"):
        assert "Declic" in render_to_string(name)
