"""Every list and every page of the back-office: they open, search, and ask a number of queries that does not grow."""

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.admin.paging import MOST, LimitedPaginator
from crm.models import Profile, User
from tests.crm.admin.rows import make_rows
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db

OURS = [model for model in django_admin.site._registry if model._meta.app_label != "workflows"]
NAMES = [model._meta.label_lower for model in OURS]


def address(name: str, page: str) -> str:
    return reverse(f"admin:{name.replace('.', '_')}_{page}")


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, follow=True)
    assert response.status_code == 200, url
    return len(captured)


def test_lists_of_many_rows_ask_as_many_queries_as_lists_of_few(admin: Client) -> None:
    make_rows(2)
    few = {name: [queries(admin, address(name, "changelist") + query) for query in ("", "?q=mar")] for name in NAMES}
    make_rows(6)
    for name in NAMES:
        many = [queries(admin, address(name, "changelist") + query) for query in ("", "?q=mar")]
        assert all(now <= then for now, then in zip(many, few[name], strict=True)), (name, few[name], many)


def test_every_page_of_every_row_opens(admin: Client) -> None:
    make_rows(1)
    for model in OURS:
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            page = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
            assert admin.get(page).status_code == 200, page


def test_every_form_for_a_new_row_opens(admin: Client) -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="jo")
    for model in OURS:
        if django_admin.site.get_model_admin(model).has_add_permission(request):
            page = address(model._meta.label_lower, "add")
            assert admin.get(page).status_code == 200, page


def test_an_empty_list_says_what_comes_here(admin: Client) -> None:
    for name in NAMES:
        page = admin.get(address(name, "changelist"), follow=True).content.decode()
        assert "No results found" not in page, name


@pytest.mark.parametrize(
    "typed",
    [
        "camille.d@",
        "CAMILLE.D@",
        "Camille",
        "camille",
        "DURAND",
        "Camille Durand",
        "durand camille",
        "EXT-7",
        "06 12 34 56 78",
    ],
)
def test_a_profile_is_found_by_what_it_begins_with(admin: Client, typed: str) -> None:
    ProfileFactory(first_name="Zoé", last_name="Autre")
    wanted = ProfileFactory(
        email="Camille.D@example.com",
        first_name="Camille",
        last_name="Durand",
        external_id="EXT-77",
        mobile="0612345678",
    )
    page = admin.get(reverse("admin:crm_profile_changelist"), {"q": typed})
    assert [row.pk for row in page.context["cl"].result_list] == [wanted.pk]


@pytest.mark.sqlite
def test_searching_profiles_reads_indexes_only(admin: Client) -> None:
    plan = Profile.objects.filter(django_admin.site.get_model_admin(Profile).found("durand")).order_by().explain()
    assert "SCAN" not in plan, plan


def test_a_long_list_is_counted_to_a_limit_only() -> None:
    with CaptureQueriesContext(connection) as captured:
        paginator = LimitedPaginator(Profile.objects.order_by("id"), 50)
        assert (paginator.count, paginator.is_more) == (0, False)
    assert f"LIMIT {MOST + 1}" in captured[0]["sql"]


def test_big_lists_are_not_sorted_by_a_click(admin: Client) -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="jo")
    for name in ("profile", "order", "movement", "cart", "pot"):
        model_admin = next(
            one for model, one in django_admin.site._registry.items() if model._meta.label_lower == f"crm.{name}"
        )
        assert model_admin.get_sortable_by(request) == ()


def test_filters_of_profiles_work_together(admin: Client) -> None:
    make_rows(1)
    profile = Profile.objects.filter(tags__isnull=False).get()
    tag, consent = profile.tags.get().tag_id, profile.consents.get().definition_id
    asked = {"tags__tag__id__exact": tag, "consent": f"{consent}-accepted", "language": "fr"}
    page = admin.get(reverse("admin:crm_profile_changelist"), asked)
    assert [row.pk for row in page.context["cl"].result_list] == [profile.pk]
