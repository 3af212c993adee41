"""The audit log: who did what and when, on one page for administrators."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.crm.admin.forms import save
from tests.factories.messages import TemplateTextFactory
from tests.factories.people import ProfileFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db

LOG = "/admin/admin/logentry/"


def test_a_change_in_a_form_and_one_on_the_profile_page_are_in_it(admin: Client) -> None:
    template = TemplateTextFactory(template__name="Best").template
    profile = ProfileFactory(first_name="Zoé", last_name="Martin")
    save(admin, reverse("admin:crm_template_change", args=[template.pk]), name="Better")
    admin.post(reverse("admin:crm_profile_tags", args=[profile.pk]), {"tag": "VIP"})
    page = admin.get(LOG).content.decode()
    for shown in ("Better", "Changed", "jo", "Zoé Martin", "Tag “VIP” added."):
        assert shown in page, shown
    assert reverse("admin:crm_template_history", args=[template.pk]) in page
    assert reverse("admin:crm_profile_page", args=[profile.pk]) in page


def test_it_is_searched_and_filtered(admin: Client) -> None:
    for name in ("Alpha", "Beta"):
        template = TemplateTextFactory(template__name=name).template
        save(admin, reverse("admin:crm_template_change", args=[template.pk]), name=f"{name}2")
    admin.get("/admin/")  # which shows what was just saved
    jo = LogEntry.objects.first().user_id  # type: ignore[union-attr]
    thing = LogEntry.objects.first().content_type_id  # type: ignore[union-attr]
    assert "Beta2" not in admin.get(LOG, {"q": "Alpha"}).content.decode()
    for kept in ({"user": jo}, {"thing": thing}, {"deed": 2}, {"q": "jo"}):
        assert "Alpha2" in admin.get(LOG, kept).content.decode(), kept
    for empty in ({"deed": 3}, {"user": 99999}):
        assert "Alpha2" not in admin.get(LOG, empty).content.decode(), empty
    for nonsense in ({"user": "x"}, {"deed": "²"}, {"thing": "9" * 30}):
        assert admin.get(LOG, nonsense).status_code == 200, nonsense


@pytest.mark.parametrize(("role", "status"), [("Administrator", 200), ("Marketer", 403), ("Customer service", 403)])
def test_only_administrators_read_it(role: str, status: int) -> None:
    user = UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    assert client.get(LOG).status_code == status
    assert client.post(f"{LOG}add/").status_code == 403


def test_nobody_changes_or_deletes_a_line(admin: Client) -> None:
    tag = TagFactory()
    save(admin, reverse("admin:crm_tag_change", args=[tag.pk]), name="Other")
    line = LogEntry.objects.get()
    assert admin.post(f"{LOG}{line.pk}/delete/").status_code == 403
    assert admin.post(f"{LOG}{line.pk}/change/", {"change_message": "x"}).status_code == 403
