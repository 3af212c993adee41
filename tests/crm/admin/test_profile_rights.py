"""The page on which a profile is erased, and what the audit log says of it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from crm.models import Erasure, Profile
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory

pytestmark = pytest.mark.django_db


def page_of(profile: Profile) -> str:
    return reverse("admin:crm_profile_erase", args=[profile.pk])


def test_it_says_what_is_kept_and_why(admin: Client) -> None:
    page = admin.get(page_of(ProfileFactory(email="zoe@example.com"))).content.decode()
    assert "accounts must be kept for years" in page
    assert "zoe@example.com" in page


def test_a_wrong_confirmation_erases_nothing(admin: Client) -> None:
    profile = ProfileFactory(email="zoe@example.com")
    page = admin.post(page_of(profile), {"typed": "zoe"})
    assert "exactly as it stands here" in page.content.decode()
    assert not Erasure.objects.exists()


def test_the_typed_address_erases_and_the_log_says_so_without_a_name(admin: Client) -> None:
    profile = OrderFactory(profile=ProfileFactory(email="zoe@example.com", first_name="Zoé")).profile
    answer = admin.post(page_of(profile), {"typed": " ZOE@example.com "}, follow=True)
    assert "The profile is erased" in answer.content.decode()
    line = LogEntry.objects.get()
    assert (line.object_repr, line.change_message, line.user.username) == (f"#{profile.pk}", "Erased", "jo")
    page = admin.get(reverse("admin:crm_profile_page", args=[profile.pk])).content.decode()
    assert "Erased" in page
    assert page_of(profile) not in page


def test_somebody_with_neither_address_nor_id_is_confirmed_by_number(admin: Client) -> None:
    profile = ProfileFactory(email="", external_id="x-1")
    admin.post(page_of(profile), {"typed": "x-1"})
    assert Erasure.objects.get().profile_id == profile.pk


def test_a_profile_that_does_not_exist_is_not_found(admin: Client) -> None:
    assert admin.get("/admin/crm/profile/999999/erase/").status_code == 404
