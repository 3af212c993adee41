"""What each role may do (spec section 8)."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.roles import ROLES, keep_roles
from crm.models import User
from tests.factories.people import ProfileFactory, UserFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db


def somebody(role: str) -> User:
    user: User = UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("Administrator", ["crm.add_user", "workflows.activate_workflow", "crm.change_site", "crm.add_apikey"], []),
        (
            "Marketer",
            ["workflows.activate_workflow", "crm.change_template", "crm.change_profile", "crm.add_segment"],
            ["crm.add_apikey", "crm.view_apikey", "crm.change_order", "crm.view_user", "crm.add_movement"],
        ),
        (
            "Customer service",
            ["crm.change_profile", "crm.change_order", "crm.add_movement", "workflows.view_run", "triggers.view_event"],
            ["workflows.change_workflow", "workflows.activate_workflow", "crm.view_apikey", "crm.change_site"],
        ),
        (
            "Developer",
            ["crm.add_apikey", "actions.change_integration", "triggers.view_event"],
            ["crm.change_profile", "crm.view_profile", "workflows.activate_workflow"],
        ),
        (
            "Accountant",
            ["crm.view_order", "crm.view_pot", "crm.view_movement"],
            ["crm.change_order", "crm.add_movement", "workflows.view_workflow", "actions.view_delivery"],
        ),
    ],
)
def test_a_role_allows_its_work_and_no_more(role: str, may: list[str], may_not: list[str]) -> None:
    user = somebody(role)
    assert [name for name in may if not user.has_perm(name)] == []
    assert [name for name in may_not if user.has_perm(name)] == []


def test_a_migration_gives_back_what_a_role_lacks_and_takes_nothing() -> None:
    group = Group.objects.get(name="Accountant")
    extra = Group.objects.get(name="Administrator").permissions.get(codename="add_user")
    group.permissions.set([extra])
    keep_roles(sender=apps.get_app_config("workflows"))
    assert group.permissions.filter(codename="view_order").exists()
    assert extra in group.permissions.all()
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_can_open_the_first_page_and_what_its_sidebar_shows(client: Client, role: str) -> None:
    client.force_login(somebody(role))
    page = client.get("/admin/")
    assert page.status_code == 200
    links = [item["link"] for group in page.context["sidebar_navigation"] for item in group["items"]]
    assert links
    for link in links:
        assert client.get(link, follow=True).status_code == 200, link


def test_an_accountant_reads_and_changes_nothing(client: Client) -> None:
    client.force_login(somebody("Accountant"))
    order = OrderFactory(status="new")
    page = reverse("admin:crm_order_change", args=[order.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"status": "paid"}).status_code == 403
    profile = client.get(reverse("admin:crm_profile_page", args=[ProfileFactory().pk])).content.decode()
    assert "points-points" not in profile
