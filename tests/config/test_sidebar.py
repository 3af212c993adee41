"""The sidebar shows what exists and what one may see."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import reverse

from config import sidebar

pytestmark = pytest.mark.django_db


def titles(user: object) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = user  # type: ignore[assignment]
    return {str(item["title"]) for group in sidebar.navigation(request) for item in group["items"]}


def test_every_entry_leads_to_a_model_or_an_address() -> None:
    targets = [link.target for _, links in sidebar.GROUPS for link in links]
    assert all(reverse(target) if ":" in target else apps.get_model(target) for target in targets)


def test_an_administrator_sees_the_lists_that_exist() -> None:
    assert {"Users", "Roles"} <= titles(get_user_model()(is_superuser=True, is_active=True, is_staff=True))


def test_somebody_without_rights_sees_no_list() -> None:
    user = get_user_model().objects.create_user("nobody", is_staff=True)
    assert titles(user) <= {"API page"}


def test_the_first_page_shows_the_sidebar_in_both_languages(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("admin", "", "x"))
    assert "Users" in client.get("/admin/").content.decode()
    page = client.get("/admin/", headers={"Accept-Language": "fr"}).content.decode()
    assert "Utilisateurs" in page
