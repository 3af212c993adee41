"""The pages of an import, and profiles as CSV."""

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crm import clock
from crm.models import Import, Profile
from crm.services.imports import work_on_imports
from tests.crm.imports.importing import figures, imported
from tests.factories.consents import ConsentFactory
from tests.factories.people import (
    CustomFieldFactory,
    CustomValueFactory,
    ProfileFactory,
    ProfileTagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/crm/import/add/"


def sent(client: Client, text: str) -> Any:
    return client.post(ADD, {"file": SimpleUploadedFile("people.csv", text.encode())})


def test_the_log_says_how_large_a_file_is_since_its_lines_are_not_known_yet(admin: Client) -> None:
    sent(admin, "email\nzoe@example.com\n")
    assert LogEntry.objects.get().change_message == "Uploaded: 22\xa0bytes"


def test_a_file_is_led_through_its_steps(admin: Client) -> None:
    page = sent(admin, "email;ville\nzoe@example.com;Paris\nnonsense;Lyon\n").url
    assert "zoe@example.com" in admin.get(page).content.decode()
    columns = {"column-0": "email", "column-1": "city", "date_order": "ymd"}
    admin.post(page, {"check": "1", **columns})
    assert "http-equiv" in admin.get(page).content.decode()
    work_on_imports()
    shown = admin.get(page).content.decode()
    assert "This is not an e-mail address." in shown
    assert "No active workflow would start by it." in shown
    admin.post(page, {"run": "1"})
    work_on_imports()
    assert figures(Import.objects.get()) == (1, 0, 0, 1)
    assert Profile.objects.get().city == "Paris"
    assert admin.get("/admin/crm/import/").status_code == 200


def test_the_first_lines_are_shown_as_they_were_read_with_the_encoding_that_may_be_chosen(admin: Client) -> None:
    raw = "email;prénom\n".encode("mac-roman") + "zoe@example.com;Zoé\n".encode("mac-roman")

    def shown(**chosen: str) -> str:
        page = admin.post(ADD, {"file": SimpleUploadedFile("people.csv", raw), **chosen}).headers["Location"]
        return admin.get(page).content.decode()

    assert "<td>ZoŽ</td>" in shown()
    page = shown(encoding="mac-roman")
    assert "<td>Zoé</td>" in page
    assert "Read as Mac" in page
    assert "Select a valid choice" in admin.post(ADD, {"encoding": "rot13"}).content.decode()


def test_a_file_that_is_being_read_says_how_far_it_is_and_asks_nothing_yet(admin: Client) -> None:
    source = Import.objects.create(
        name="big.csv", status="reading", header=["email"], mapping=["email"], size=3_000_000, bytes_read=1_000_000,
        uploaded_at=clock.now(),
    )  # fmt: skip
    page = admin.get(reverse("admin:crm_import_change", args=[source.pk])).content.decode()
    assert '<progress class="d-progress" max="3000000" value="1000000"' in page
    assert "http-equiv" in page
    assert 'name="check"' not in page
    assert 'name="cancel"' in page


def test_what_cannot_be_is_said_on_the_page(admin: Client) -> None:
    assert "The file is empty." in sent(admin, " ").content.decode()
    page = sent(admin, "email;ville\nzoe@example.com;Paris\n").url
    for column in ("city", "", "nonsense"):
        answer = admin.post(page, {"check": "1", "column-0": column, "column-1": "city", "date_order": "ymd"})
        assert answer.status_code == 200
        assert "d-text-danger" in answer.content.decode()
    admin.post(page, {"run": "1"})
    assert Import.objects.get().status == "uploaded"
    admin.post(page, {"cancel": "1"})
    assert Import.objects.get().status == "cancelled"


def test_only_who_may_import_does() -> None:
    client = Client()
    client.force_login(UserFactory(is_superuser=False))
    assert client.get(ADD).status_code == 403
    source = imported("email\nzoe@example.com\n")
    page = reverse("admin:crm_import_change", args=[source.pk])
    assert client.get(page).status_code == 403
    assert client.post(page, {"cancel": "1"}).status_code == 403


def test_chosen_profiles_are_handed_out_and_come_in_again_unchanged(admin: Client) -> None:
    profile = ProfileFactory(email="zoe@example.com", first_name="=cmd()", mobile="+33612345678", city="Paris")
    ProfileTagFactory(profile=profile)
    CustomValueFactory(profile=profile, field=CustomFieldFactory(name="size", label="Size"))
    ConsentFactory(profile=profile)
    chosen = {"action": "export_csv", "_selected_action": [profile.pk]}
    answer = admin.post(reverse("admin:crm_profile_changelist"), chosen)
    text = b"".join(answer.streaming_content).decode()
    header, line = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
    row = dict(zip(header, line, strict=True))
    assert (row["email"], row["mobile"], row["custom.size"]) == ("zoe@example.com", "+33612345678", "blue")
    assert row["first_name"] == "'=cmd()"
    profile.first_name = "Zoé"
    profile.save()
    again = b"".join(admin.post(reverse("admin:crm_profile_changelist"), chosen).streaming_content).decode()
    assert figures(imported(again)) == (0, 0, 1, 0)


def test_who_may_not_hand_out_data_is_not_offered_it() -> None:
    from django.contrib.auth.models import Group

    user = UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name="Marketer"))
    client = Client()
    client.force_login(user)
    ProfileFactory()
    assert "export_csv" not in client.get(reverse("admin:crm_profile_changelist")).content.decode()
